"""A to-do as one value of a form or an address: PERSON~SERVICE~OCCURRENCE."""

from __future__ import annotations

from uuid import UUID

Pick = tuple[UUID, str, str]
"""Person, service, occurrence."""

BETWEEN = "~"
PARTS = 3


def pick_value(person: object, service: str, occurrence: str) -> str:
    """The value of a checkbox."""
    return BETWEEN.join((str(person), service, occurrence))


def read_pick(value: str) -> Pick | None:
    """The to-do a value means; None when it is none."""
    parts = value.split(BETWEEN)
    if len(parts) != PARTS:
        return None
    try:
        return UUID(parts[0]), parts[1], parts[2]
    except ValueError:
        return None

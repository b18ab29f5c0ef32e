"""Reads facts about a person, a household or the city from plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.catalogue.reading import Fields
from portal.catalogue.rules import NO_FACTS, Facts, FactValue

# Short names of facts in tables of examples, and what rules call them.
FULL_NAMES: Mapping[str, tuple[str, ...]] = {
    "edd": ("expected_date",),
    "issued": ("card_issued", "cert_issued"),
    "moved": ("moved_in",),
    "known": ("death_known",),
    "changed": ("insurance_changed",),
    "last_screened": tuple(
        f"last_screened_{part}" for part in ("cervix", "breast", "lung", "colon", "stomach")
    ),
}


def read_facts(fields: Fields, name: str) -> Facts:
    """Facts of a mapping: ISO texts become dates, a list of two dates a season."""
    value = fields.raw(name)
    if value is None or value == {}:
        return NO_FACTS
    if not isinstance(value, Mapping):
        raise fields.fault(name, f"expected names with values, got {value!r}")
    found: dict[str, FactValue] = {}
    for key, each in value.items():
        fact = _fact(each)
        if fact is None:
            raise fields.fault(f"{name}.{key}", f"expected a date, number, yes/no, got {each!r}")
        found.update(dict.fromkeys(FULL_NAMES.get(str(key), (str(key),)), fact))
    return found


def _fact(value: Any) -> FactValue | None:
    if isinstance(value, date | bool | int):
        return value
    if isinstance(value, str):
        return _day(value) or value
    if isinstance(value, list) and value and all(type(each) is int for each in value):
        return tuple(value)
    if isinstance(value, list) and len(value) == 2:
        first, last = (_day(str(each)) for each in value)
        return (first, last) if first and last else None
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Coming of age: from the 18th birthday (民法4条) a child's card is the child's own."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.catalogue.ages import turn_months

ADULT = 18 * 12  # months
NOTICE = ADULT - 1
TOLD_UNTIL = 20 * 12


class Stage(StrEnum):
    """How near the handing over is."""

    CHILD = "child"
    SOON = "soon"  # from 17 years and 11 months
    GROWN = "grown"


def stage(birthdate: date | None, today: date) -> Stage:
    """By the birthday, when people say it (the law counts from the evening before)."""
    if birthdate is None or today < turn_months(birthdate, NOTICE):
        return Stage.CHILD
    return Stage.SOON if today < turn_months(birthdate, ADULT) else Stage.GROWN


def to_tell(birthdate: date | None, today: date) -> Stage | None:
    """Whether My Page says so; two years after the birthday everybody has heard it."""
    found = stage(birthdate, today)
    if found is Stage.CHILD or birthdate is None or today >= turn_months(birthdate, TOLD_UNTIL):
        return None
    return found

"""The city's calendar as rules ask for it: national holidays, days of garbage collection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from flask import current_app

from notifications.repeats.rules import Calendar
from portal.core import holidays
from portal.core.registries import Collecting, registries


def calendar() -> Calendar:
    """Of now; a changed garbage guide counts at the next look."""
    return Calendar(holidays.is_holiday, cache(is_collected))


def is_collected(day: date) -> bool:
    """Whether anything is collected anywhere, or would be on this weekday but is not."""
    return any(each.collected or each.left_out for each in collections(day))


def collections(day: date) -> Sequence[Collecting]:
    """Every place with what is collected there; nothing where no guide is plugged in."""
    asked = registries(current_app).collections
    return asked(day) if asked else ()

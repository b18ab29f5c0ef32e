"""There is always somebody who may manage staff accounts: a rule over days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Span = tuple[date, date | None]  # first and last day of an administrator; None: open end


def first_day_without(spans: Iterable[Span], today: date) -> date | None:
    """The first day from `today` on which nobody is administrator; None: there is none."""
    known = [span for span in spans if span[1] is None or span[1] >= span[0]]
    day = today
    while True:
        over = [last for first, last in known if first <= day and (last is None or day <= last)]
        if not over:
            return day
        if None in over:
            return None
        day = max(last for last in over if last is not None) + timedelta(days=1)


def leaves_a_gap(before: Iterable[Span], after: Iterable[Span], today: date) -> bool:
    """Whether a change makes a day without administrator, or makes it come sooner."""
    was, will = first_day_without(before, today), first_day_without(after, today)
    return will is not None and (was is None or will < was)

"""How a rule's edges behave for birthdates that trip people: 29 February, the 31st, 1-2 April."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.catalogue.rules import BIRTHDATE, Rule
from portal.catalogue.rules.base import Branch
from portal.catalogue.windows import EVER, NEVER
from portal.core.errors import N_

DAY = timedelta(days=1)
CYCLE = 4 * 365 + 1  # leap day and all lengths of month within
YEAR = 300  # days: a jump of this size is a year of school or age


@dataclass(frozen=True, slots=True)
class Odd:
    """What is surprising; `wrong` when it is hardly meant."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    wrong: bool = False


def odd_edges(rule: Rule, today: date) -> list[Odd]:
    """What to know about a rule that counts from the birthdate alone."""
    if not rule.reversible or BIRTHDATE not in rule.anchors:
        return []
    # What the law's own days cut off is no surprise: only the edges themselves are looked at.
    branches = rule.branches(today, {})
    try:
        found = [odd for branch in branches[:1] for odd in _odd(branch)]
        return [*_empty(branches, today), *found]
    except (ValueError, OverflowError):
        return [Odd(N_("This rule counts past the end of the calendar."), wrong=True)]


def _odd(branch: Branch) -> Iterator[Odd]:
    for edge in (branch.opens, branch.closes):
        at = edge(date(2024, 2, 29))
        if at in (EVER, NEVER):
            continue
        if at == edge(date(2024, 3, 1)) and edge(date(2023, 2, 28)) != edge(date(2023, 3, 1)):
            message = N_("Born on 29 February: the same day as born on 1 March (%(day)s).")
            yield Odd(message, {"day": at})
        if edge(date(2025, 8, 27)) != edge(date(2025, 8, 28)):  # it follows the day of birth
            yield from _month_ends(edge(date(2025, 8, 29)), edge(date(2025, 8, 31)))
        yield from _school_years(edge(date(2020, 4, 1)), edge(date(2020, 4, 2)))


def _month_ends(on_29: date, on_31: date) -> Iterator[Odd]:
    """Months of different lengths bring 29, 30 and 31 together."""
    if on_29 == on_31:
        message = N_("Born on 29, 30 or 31 August: the same day (%(day)s).")
        yield Odd(message, {"day": on_31})


def _school_years(first: date, second: date) -> Iterator[Odd]:
    if (second - first).days > YEAR:
        message = N_("Born on 1 April: %(first)s. Born on 2 April: a year later, %(second)s.")
        yield Odd(message, {"first": first, "second": second})


def _empty(branches: Iterable[Branch], today: date) -> Iterator[Odd]:
    """Birthdates of four years for which the one window has no day."""
    found = list(branches)
    if len(found) != 1:
        return
    start = date(2020, 1, 1)
    births = (start + DAY * shift for shift in range(CYCLE))
    lost = [born for born in births if found[0].opens(born) > found[0].closes(born)]
    if lost and len(lost) < CYCLE:
        message = N_("No window for %(count)s birthdates of four years, such as %(day)s.")
        yield Odd(message, {"count": len(lost), "day": lost[0]}, wrong=True)

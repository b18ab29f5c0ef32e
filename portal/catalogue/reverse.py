"""The same rules run backwards: which birthdates make a rule open, opening or closing on a day.

Edges of a branch never run backwards (rules/base.py), so each condition on a day cuts the line of
birthdates once, and bisection finds the cut. Facts a person entered (married, already enrolled)
are not birthdates; whoever counts with ranges subtracts those people afterwards.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.catalogue.rules.base import NO_FACTS, EdgeOf, Facts, Rule

FIRST = date(1880, 1, 1).toordinal()
LAST = date(2200, 12, 31).toordinal()
LINE = range(FIRST, LAST + 1)
Span = tuple[int, int]  # ordinals, both inclusive


class NotReversible(ValueError):
    """The rule counts from a date the person entered, so birthdates alone cannot answer."""


@dataclass(frozen=True, slots=True)
class BirthdateRange:
    """Birthdates from `first` to `last`, both inclusive; None is unbounded."""

    first: date | None
    last: date | None

    def __contains__(self, birthdate: date) -> bool:
        """Whether a birthdate lies in the range."""
        after = self.first is None or self.first <= birthdate
        return after and (self.last is None or birthdate <= self.last)


def last_at_most(edge: EdgeOf, day: date) -> int:
    """Ordinal of the latest birthdate whose edge is on or before the day."""
    return FIRST + bisect_right(LINE, day, key=lambda n: edge(date.fromordinal(n))) - 1


def first_at_least(edge: EdgeOf, day: date) -> int:
    """Ordinal of the earliest birthdate whose edge is on or after the day."""
    return FIRST + bisect_left(LINE, day, key=lambda n: edge(date.fromordinal(n)))


def merge(spans: Iterable[Span]) -> list[Span]:
    """Spans joined where they touch or overlap, in order; empty ones dropped."""
    merged: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _ranges(spans: Iterable[Span]) -> tuple[BirthdateRange, ...]:
    return tuple(
        BirthdateRange(
            None if first <= FIRST else date.fromordinal(first),
            None if last >= LAST else date.fromordinal(last),
        )
        for first, last in merge(spans)
    )


def _reversible(rule: Rule) -> Rule:
    if not rule.reversible:
        raise NotReversible(f"{type(rule).__name__} counts from {', '.join(rule.anchors)}")
    return rule


def birthdates_open_on(
    rule: Rule, day: date, facts: Facts = NO_FACTS
) -> tuple[BirthdateRange, ...]:
    """Birthdates for which the rule is open on the day; `facts` are the city's (poll_date …)."""
    return _ranges(
        (first_at_least(branch.closes, day), last_at_most(branch.opens, day))
        for branch in _reversible(rule).limited(day, facts)
    )


def birthdates_opening_between(
    rule: Rule, first: date, last: date, facts: Facts = NO_FACTS
) -> tuple[BirthdateRange, ...]:
    """Birthdates whose window opens on one of the days, both inclusive."""
    return _ranges(
        (
            max(first_at_least(branch.opens, day), first_at_least(branch.closes, day)),
            last_at_most(branch.opens, day),
        )
        for day in _days(first, last)
        for branch in _reversible(rule).limited(day, facts)
    )


def birthdates_closing_between(
    rule: Rule, first: date, last: date, facts: Facts = NO_FACTS
) -> tuple[BirthdateRange, ...]:
    """Birthdates whose window has its last day on one of the days, both inclusive."""
    return _ranges(
        (
            first_at_least(branch.closes, day),
            min(last_at_most(branch.closes, day), last_at_most(branch.opens, day)),
        )
        for day in _days(first, last)
        for branch in _reversible(rule).limited(day, facts)
    )


def _days(first: date, last: date) -> Iterator[date]:
    for shift in range((last - first).days + 1):
        yield first + timedelta(days=shift)

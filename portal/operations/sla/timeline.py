"""Every minute of a month is up, down, planned or unknown: rules without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from math import ceil, floor
from typing import NamedTuple

from portal.core.clock import TOKYO, in_tokyo
from portal.core.holidays import is_closed

UP, DOWN, PLANNED, UNKNOWN = "up", "down", "planned", "unknown"
MINUTE = timedelta(minutes=1)
OFFICE = (time(8, 30), time(17, 15))
MANY = 10  # requests in a minute that say something about all of them
Span = tuple[datetime, datetime]


class Seen(NamedTuple):
    """What was seen in a minute: looks that went well, looks, requests, requests that failed."""

    good: int = 0
    looks: int = 0
    requests: int = 0
    failed: int = 0

    @property
    def state(self) -> str:
        """Down: every look failed, or most of many requests. Requests alone also show life."""
        if self.requests >= MANY and self.failed * 2 > self.requests:
            return DOWN
        if self.good or self.requests > self.failed:
            return UP
        return DOWN if self.looks or self.requests else UNKNOWN


@dataclass(frozen=True)
class Timeline:
    """The states of all minutes from `begin`, in order."""

    begin: datetime
    states: Sequence[str]

    @cached_property
    def runs(self) -> list[tuple[str, int, int]]:
        """State, first minute, minute after the last: a month has few of them."""
        found, at = [], 0
        for state, same in groupby(self.states):
            length = sum(1 for _ in same)
            found.append((state, at, at + length))
            at += length
        return found

    def count(self, state: str) -> int:
        """Minutes of a state."""
        return sum(last - first for one, first, last in self.runs if one == state)

    @property
    def availability(self) -> float | None:
        """Up of up and down; None where nothing was measured."""
        up, down = self.count(UP), self.count(DOWN)
        return up / (up + down) if up + down else None

    @property
    def measured(self) -> float:
        """How much of the unplanned time was measured."""
        known = self.count(UP) + self.count(DOWN)
        return known / (known + self.count(UNKNOWN)) if known else 0.0

    def since(self, moment: datetime) -> Timeline:
        """The same from a later moment on."""
        number = max(int((moment - self.begin) / MINUTE), 0)
        return Timeline(self.at(number), self.states[number:])

    def at(self, number: int) -> datetime:
        """The moment a minute begins."""
        return self.begin + number * MINUTE

    def spans(self, state: str) -> list[Span]:
        """Stretches of one state."""
        return [(self.at(a), self.at(b)) for one, a, b in self.runs if one == state]

    def days(self) -> dict[str, Counter[str]]:
        """Minutes of each state by Japanese day: they add up to the month's."""
        local = in_tokyo(self.begin)
        offset = local.hour * 60 + local.minute
        parts = self._parts(1440, offset)
        return {f"{local + (n * 1440 - offset) * MINUTE:%Y-%m-%d}": c for n, c in parts.items()}

    def hours(self) -> dict[datetime, Counter[str]]:
        """The same by hour."""
        offset = self.begin.minute
        parts = self._parts(60, offset)
        return {self.at(n * 60 - offset): counts for n, counts in parts.items()}

    def _parts(self, length: int, offset: int) -> dict[int, Counter[str]]:
        """Minutes of each state by stretches of a length; the first began `offset` before us."""
        found: dict[int, Counter[str]] = {}
        for state, first, last in self.runs:
            at = first + offset
            while at < last + offset:
                part = at // length
                until = min((part + 1) * length, last + offset)
                found.setdefault(part, Counter())[state] += until - at
                at = until
        return found

    def longest_in_office_hours(self) -> timedelta:
        """The longest stretch of down within office hours; nights do not interrupt it."""
        longest = current = 0
        for state, first, last in self.runs:
            minutes = _office_minutes(self.at(first), self.at(last))
            current = current + minutes if state == DOWN else current * (not minutes)
            longest = max(longest, current)
        return longest * MINUTE


def _office_minutes(begin: datetime, end: datetime) -> int:
    """Minutes of office hours in a stretch."""
    total, day = timedelta(), in_tokyo(begin).date()
    while day <= in_tokyo(end).date():
        if not is_closed(day):
            opens, closes = (datetime.combine(day, at, TOKYO) for at in OFFICE)
            total += max(min(end, closes) - max(begin, opens), timedelta())
        day += timedelta(days=1)
    return int(total / MINUTE)


def minute_of(moment: datetime) -> int:
    """Minutes since 1970: hashing 44,640 moments with their zones would take a second."""
    return int(moment.timestamp()) // 60


def _whole(begin: datetime, until: datetime) -> int:
    return floor((until - begin) / MINUTE)


def timeline(
    begin: datetime, end: datetime, seen: Mapping[int, Seen], stops: Iterable[Span]
) -> Timeline:
    """The month; `seen` by `minute_of`. A planned stop covers the minutes that lie in it."""
    nothing = Seen()
    first, length = minute_of(begin), int((end - begin) / MINUTE)
    states = [seen.get(first + number, nothing).state for number in range(length)]
    for since, until in stops:
        planned = range(max(ceil((since - begin) / MINUTE), 0), min(_whole(begin, until), length))
        states[planned.start : planned.stop] = [PLANNED] * len(planned)
    return Timeline(begin, states)

"""A month of collection days as a table of weeks, and the short letters of the classes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from chatbot.garbage.days import Collecting, Schedule

WEEK = 7
TONES = 8  # shapes and colours that tell classes apart beside their letters


@dataclass(frozen=True, slots=True)
class Mark:
    """A class on a day. `extra`: collected only this time; `left_out`: not collected this time."""

    key: str
    extra: bool = False
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the table; days of the months beside it have no marks."""

    day: date
    inside: bool
    marks: tuple[Mark, ...] = ()


def weeks_of(district: Collecting, month: date) -> list[list[Cell]]:
    """The weeks that touch a month, Sunday first, as calendars in Japan begin."""
    first = month.replace(day=1)
    day = first - timedelta(days=(first.weekday() + 1) % WEEK)
    weeks: list[list[Cell]] = []
    while not weeks or day.month == first.month:
        days = [day + timedelta(days=n) for n in range(WEEK)]
        weeks.append([_cell(district, each, first) for each in days])
        day += timedelta(days=WEEK)
    return weeks


def _cell(district: Collecting, day: date, first: date) -> Cell:
    if day.month != first.month:
        return Cell(day, inside=False)
    marks = (_mark(key, plan, day) for key, plan in district.days.items())
    return Cell(day, inside=True, marks=tuple(mark for mark in marks if mark))


def _mark(key: str, plan: Schedule, day: date) -> Mark | None:
    usual = any(weekday.holds(day) for weekday in plan.weekdays)
    if plan.holds(day):
        return Mark(key, extra=not usual)
    return Mark(key, left_out=True) if usual else None


def letters_of(names: Mapping[str, str]) -> dict[str, str]:
    """One or two letters for each name, no two the same: も, 資, 埋; B, R, L, Bu.

    Names that begin alike are told apart by the letter where they part: 燃る, 燃な.
    """
    found: dict[str, str] = {}
    for key, name in names.items():
        choices = [name[:1], _parting(name, list(names.values())), name[:2]]
        free = (each for each in choices if each and each not in found.values())
        found[key] = next(free, str(len(found) + 1))
    return found


def _parting(name: str, names: Sequence[str]) -> str:
    """The first letter and the one behind the longest beginning it shares with another name."""
    shared = max((_alike(name, other) for other in names if other != name), default=0)
    return name[:1] + name[shared : shared + 1]


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

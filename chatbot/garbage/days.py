"""Collection days: every week or on n-th weekdays, with days that are left out or added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Far enough for a class that is collected once a month with its day left out.
HORIZON = 92


class ScheduleError(ValueError):
    """A collection day is written in a way that is not understood."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday, of every week (nth empty) or only the n-th ones of a month."""

    weekday: int
    nth: frozenset[int] = frozenset()

    def holds(self, day: date) -> bool:
        if day.weekday() != self.weekday:
            return False
        return not self.nth or (day.day - 1) // 7 + 1 in self.nth


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one class is collected in one district."""

    weekdays: tuple[Weekday, ...]
    left_out: frozenset[date] = frozenset()
    added: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        if day in self.added:
            return True
        closed = day in self.left_out or year_end(day)
        return not closed and any(weekday.holds(day) for weekday in self.weekdays)

    def days_from(self, day: date) -> Iterator[date]:
        for ahead in range(HORIZON):
            if self.holds(day + timedelta(days=ahead)):
                yield day + timedelta(days=ahead)


def year_end(day: date) -> bool:
    """31 December to 3 January: nothing is collected unless a day is added by name."""
    return (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3)


def next_collection(schedule: Schedule, today: date) -> date | None:
    """The first collection day from today on, today included; None when none is near."""
    return next(schedule.days_from(today), None)


def read_weekdays(text: str) -> tuple[Weekday, ...]:
    """Reads "tue fri" (weekly) or "wed:1,3" (first and third Wednesday of the month)."""
    return tuple(_weekday(part) for part in text.split())


def schedule(weekdays: str, left_out: Iterable[date] = (), added: Iterable[date] = ()) -> Schedule:
    return Schedule(read_weekdays(weekdays), frozenset(left_out), frozenset(added))


def _weekday(part: str) -> Weekday:
    name, _, numbers = part.partition(":")
    nth = [int(number) for number in numbers.split(",") if number.isdecimal()]
    if name not in WEEKDAYS or (numbers and not all(1 <= n <= 5 for n in nth)):
        raise ScheduleError(f"{part}: expected a weekday such as tue or wed:1,3")
    if numbers and len(nth) != len(numbers.split(",")):
        raise ScheduleError(f"{part}: expected numbers after the colon")
    return Weekday(WEEKDAYS.index(name), frozenset(nth))

"""Collection days: every week or on n-th weekdays, with days that are left out or added."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Far enough for a class that is collected once a month with its day left out.
HORIZON = 92


class ScheduleError(ValueError):
    """A collection day is written in a way that is not understood."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday, of every week (nth empty) or only the n-th ones, all year or in some months."""

    weekday: int
    nth: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()

    def holds(self, day: date) -> bool:
        if day.weekday() != self.weekday or (self.months and day.month not in self.months):
            return False
        return not self.nth or (day.day - 1) // 7 + 1 in self.nth

    def written(self) -> str:
        """As `read_weekdays` reads it."""
        numbers = ",".join(map(str, sorted(self.nth)))
        months = ",".join(map(str, sorted(self.months)))
        return (
            WEEKDAYS[self.weekday]
            + (f":{numbers}" if numbers else "")
            + (f"@{months}" if months else "")
        )


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Schedule:
    """When one class is collected in one district. `closed`: the plant's own days off."""

    weekdays: tuple[Weekday, ...]
    left_out: frozenset[date] = frozenset()
    added: frozenset[date] = frozenset()
    closed: Callable[[date], bool] = field(default=_never, compare=False)

    def holds(self, day: date) -> bool:
        if day in self.added:
            return True
        closed = day in self.left_out or year_end(day) or self.closed(day)
        return not closed and any(weekday.holds(day) for weekday in self.weekdays)

    def days_from(self, day: date) -> Iterator[date]:
        for ahead in range(HORIZON):
            if self.holds(day + timedelta(days=ahead)):
                yield day + timedelta(days=ahead)

    def fails_on(self, day: date) -> bool:
        """Whether it would be collected on this day in another week: people have to be told."""
        return not self.holds(day) and any(weekday.holds(day) for weekday in self.weekdays)


class Collecting(Protocol):
    """A district, as far as its days are asked for."""

    @property
    def days(self) -> Mapping[str, Schedule]: ...


def collections_on(district: Collecting, day: date) -> tuple[str, ...]:
    """Keys of the classes collected in a district on a day, in the district's order."""
    return tuple(key for key, plan in district.days.items() if plan.holds(day))


def failing_on(district: Collecting, day: date) -> tuple[str, ...]:
    """Keys of the classes whose usual day this is, but nothing is collected."""
    return tuple(key for key, plan in district.days.items() if plan.fails_on(day))


def year_end(day: date) -> bool:
    """31 December to 3 January: nothing is collected unless a day is added by name."""
    return (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3)


def next_collection(schedule: Schedule, today: date) -> date | None:
    """The first collection day from today on, today included; None when none is near."""
    return next(schedule.days_from(today), None)


def read_weekdays(text: str) -> tuple[Weekday, ...]:
    """Reads "tue fri" (weekly), "wed:1,3" (first and third), "wed:1@6,7" (only June, July)."""
    return tuple(_weekday(part) for part in text.split())


def schedule(
    weekdays: str,
    left_out: Iterable[date] = (),
    added: Iterable[date] = (),
    closed: Callable[[date], bool] = _never,
) -> Schedule:
    return Schedule(read_weekdays(weekdays), frozenset(left_out), frozenset(added), closed)


def _weekday(part: str) -> Weekday:
    rest, at, months = part.partition("@")
    name, colon, numbers = rest.partition(":")
    if name not in WEEKDAYS:
        raise ScheduleError(f"{part}: expected a weekday such as tue or wed:1,3")
    return Weekday(
        WEEKDAYS.index(name),
        _numbers(part, numbers, 5) if colon else frozenset(),
        _numbers(part, months, 12) if at else frozenset(),
    )


def _numbers(part: str, text: str, most: int) -> frozenset[int]:
    numbers = text.split(",")
    if not all(n.isdecimal() and 1 <= int(n) <= most for n in numbers):
        raise ScheduleError(f"{part}: expected numbers from 1 to {most}")
    return frozenset(map(int, numbers))

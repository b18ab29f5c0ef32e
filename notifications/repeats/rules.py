"""When a repeated notice comes: days by a rule in the meaning of RFC 5545, and the next moments.

Japan has one time and no summer time (since 1952), so a wall clock's time names one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from typing import Any

JAPAN = timezone(timedelta(hours=9))
WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
WEEKLY, NTH, MONTH_DAYS, MONTH_END, EVENING = "weekly", "nth", "days", "end", "evening"
KINDS = (WEEKLY, NTH, MONTH_DAYS, MONTH_END, EVENING)
LAST = -1  # of `nth`: the last one of the month
HORIZON = 3700  # days: ten years, for what comes once a year
MOST_EVERY = {WEEKLY: 8, NTH: 12, MONTH_DAYS: 12, MONTH_END: 12, EVENING: 1}
MOST_LEFT_OUT = 100


class RuleFault(ValueError):
    """The rule can not be read; `code` says why, `field` where."""

    def __init__(self, field_: str, code: str) -> None:
        super().__init__(f"{field_}: {code}")
        self.field, self.code = field_, code


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a rule asks of the city: its holidays, and days on which garbage is collected."""

    is_holiday: Callable[[date], bool] = _never
    is_collected: Callable[[date], bool] = _never


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    every: weeks or months between two times, counted from the week or month of `first`
    weekdays: 0 is Monday; of `nth` together with the numbers 1 to 5 and LAST
    days: days of the month; a month without the day is passed over (RFC 5545, 3.3.10)
    """

    kind: str
    at: time
    first: date
    until: date | None = None
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    nth: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    left_out: frozenset[date] = field(default_factory=frozenset)
    on_holidays: bool = True

    def holds(self, day: date, calendar: Calendar) -> bool:
        """Whether the notice comes on the day."""
        if day < self.first or (self.until is not None and day > self.until):
            return False
        if day in self.left_out or not self._comes(day, calendar):
            return False
        return self.on_holidays or not calendar.is_holiday(day)

    def _comes(self, day: date, calendar: Calendar) -> bool:
        if self.kind == EVENING:
            return calendar.is_collected(day + timedelta(days=1))
        if self.kind == WEEKLY:
            weeks = (_monday(day) - _monday(self.first)).days // 7
            return day.weekday() in self.weekdays and weeks % self.every == 0
        months = (day.year - self.first.year) * 12 + day.month - self.first.month
        return months % self.every == 0 and self._of_month(day)

    def _of_month(self, day: date) -> bool:
        if self.kind == MONTH_DAYS:
            return day.day in self.days
        if self.kind == MONTH_END:
            return _is_last_week(day, 1)
        number = (day.day - 1) // 7 + 1
        last = LAST in self.nth and _is_last_week(day, 7)
        return day.weekday() in self.weekdays and (number in self.nth or last)

    def moment(self, day: date) -> datetime:
        """The time of the day, in UTC."""
        return datetime.combine(day, self.at, JAPAN).astimezone(UTC)

    def json(self) -> dict[str, Any]:
        """As it is stored; `read` gives an equal rule."""
        return {
            "kind": self.kind,
            "at": self.at.strftime("%H:%M"),
            "first": self.first.isoformat(),
            "until": self.until and self.until.isoformat(),
            "every": self.every,
            "weekdays": sorted(self.weekdays),
            "nth": sorted(self.nth),
            "days": sorted(self.days),
            "left_out": sorted(each.isoformat() for each in self.left_out),
            "on_holidays": self.on_holidays,
        }


def read(value: Mapping[str, Any]) -> Rule:
    """From JSON; raises RuleFault where a rule would mean nothing."""
    try:
        rule = Rule(
            kind=value["kind"],
            at=time.fromisoformat(value["at"]),
            first=date.fromisoformat(value["first"]),
            until=date.fromisoformat(value["until"]) if value.get("until") else None,
            every=int(value.get("every", 1)),
            weekdays=frozenset(value.get("weekdays", ())),
            nth=frozenset(value.get("nth", ())),
            days=frozenset(value.get("days", ())),
            left_out=frozenset(map(date.fromisoformat, value.get("left_out", ()))),
            on_holidays=bool(value.get("on_holidays", True)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleFault("kind", "unread") from error
    check(rule)
    return rule


def check(rule: Rule) -> None:
    """Raise RuleFault for a rule that can not be meant."""
    needs = {WEEKLY: ("weekdays",), NTH: ("nth", "weekdays"), MONTH_DAYS: ("days",)}
    if rule.kind not in KINDS:
        raise RuleFault("kind", "unread")
    for name in needs.get(rule.kind, ()):
        if not getattr(rule, name):
            raise RuleFault(name, "empty")
    if not 1 <= rule.every <= MOST_EVERY[rule.kind]:
        raise RuleFault("every", "range")
    if not rule.weekdays <= set(range(7)) or not rule.nth <= {1, 2, 3, 4, 5, LAST}:
        raise RuleFault("weekdays", "range")
    if not rule.days <= set(range(1, 32)):
        raise RuleFault("days", "range")
    if rule.until is not None and rule.until < rule.first:
        raise RuleFault("until", "order")
    if len(rule.left_out) > MOST_LEFT_OUT:
        raise RuleFault("left_out", "range")


def moments(rule: Rule, after: datetime, calendar: Calendar) -> Iterator[datetime]:
    """Every moment after the given one, in order; at most ten years ahead."""
    start = max(rule.first, after.astimezone(JAPAN).date())
    for ahead in range(HORIZON):
        day = start + timedelta(days=ahead)
        if rule.until is not None and day > rule.until:
            return
        if rule.moment(day) > after and rule.holds(day, calendar):
            yield rule.moment(day)


def coming(rule: Rule, after: datetime, most: int, calendar: Calendar) -> list[datetime]:
    """The next few moments; empty when it comes no more."""
    return list(islice(moments(rule, after, calendar), most))


def missed(rule: Rule, since: datetime, until: datetime, calendar: Calendar) -> list[datetime]:
    """Moments after `since`, up to and including `until`."""
    found = []
    for moment in moments(rule, since, calendar):
        if moment > until:
            break
        found.append(moment)
    return found


def passes_months(rule: Rule) -> bool:
    """Whether there are months without one of the days: whoever approves should know."""
    return (rule.kind == MONTH_DAYS and max(rule.days) > 28) or rule.nth == frozenset({5})


def recurrence(rule: Rule) -> str | None:
    """The RRULE of RFC 5545; None for what only the garbage guide knows."""
    ends = f";UNTIL={rule.moment(rule.until):%Y%m%dT%H%M%SZ}" if rule.until else ""
    names = [WEEKDAYS[each].upper() for each in sorted(rule.weekdays)]
    if rule.kind == EVENING:
        return None
    if rule.kind == WEEKLY:
        return f"FREQ=WEEKLY;INTERVAL={rule.every};WKST=MO;BYDAY={','.join(names)}{ends}"
    if rule.kind == NTH:
        by = "BYDAY=" + ",".join(f"{n}{name}" for name in names for n in sorted(rule.nth))
    else:
        days = sorted(rule.days) if rule.kind == MONTH_DAYS else [LAST]
        by = "BYMONTHDAY=" + ",".join(map(str, days))
    return f"FREQ=MONTHLY;INTERVAL={rule.every};{by}{ends}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _is_last_week(day: date, days: int) -> bool:
    """Whether the month has no day `days` later."""
    return (day + timedelta(days=days)).month != day.month

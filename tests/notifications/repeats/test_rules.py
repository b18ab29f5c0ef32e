"""Rules of dates, by tables and against another library's reading of RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.repeats import rules
from notifications.repeats.rules import Calendar, Rule, RuleFault
from portal.core import holidays

NOON = time(12, 0)
HOLIDAYS = Calendar(is_holiday=holidays.is_holiday)


def days(first: str, most: int = 5, calendar: Calendar | None = None, **how: Any) -> list[str]:
    """The days on which a rule comes, from its first day on."""
    rule = Rule(at=NOON, first=date.fromisoformat(first), **how)
    rules.check(rule)
    before = rule.moment(rule.first) - timedelta(seconds=1)
    found = rules.coming(rule, before, most, calendar or HOLIDAYS)
    return [each.astimezone(rules.JAPAN).date().isoformat() for each in found]


def of(*each: int) -> frozenset[int]:
    return frozenset(each)


TABLE: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "weekly, Mondays and Thursdays",
        "2026-11-20",
        {"kind": "weekly", "weekdays": of(0, 3)},
        ["2026-11-23", "2026-11-26", "2026-11-30"],
    ),
    (
        "every second week counts from the first week, also before the first day in it",
        "2026-11-20",
        {"kind": "weekly", "weekdays": of(0, 4), "every": 2},
        ["2026-11-20", "2026-11-30", "2026-12-04"],
    ),
    (
        "every week over the turn of the year",
        "2026-12-28",
        {"kind": "weekly", "weekdays": of(4)},
        ["2027-01-01", "2027-01-08"],
    ),
    (
        "the 31st passes over short months",
        "2027-01-31",
        {"kind": "days", "days": of(31)},
        ["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"],
    ),
    (
        "29 February comes in leap years only, the 29th in all other months",
        "2027-01-29",
        {"kind": "days", "days": of(29)},
        ["2027-01-29", "2027-03-29"],
    ),
    ("…", "2028-01-29", {"kind": "days", "days": of(29)}, ["2028-01-29", "2028-02-29"]),
    (
        "the end of the month, whatever day that is",
        "2028-01-15",
        {"kind": "end"},
        ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"],
    ),
    ("the end of a short February", "2027-02-01", {"kind": "end"}, ["2027-02-28", "2027-03-31"]),
    (
        "the fifth Friday passes over months without one",
        "2027-01-01",
        {"kind": "nth", "nth": of(5), "weekdays": of(4)},
        ["2027-01-29", "2027-04-30", "2027-07-30"],
    ),
    (
        "the last Friday is the fourth or the fifth",
        "2027-01-01",
        {"kind": "nth", "nth": of(-1), "weekdays": of(4)},
        ["2027-01-29", "2027-02-26", "2027-03-26"],
    ),
    (
        "a fourth Friday that is the last one too comes once",
        "2027-02-01",
        {"kind": "nth", "nth": of(4, -1), "weekdays": of(4)},
        ["2027-02-26", "2027-03-26", "2027-04-23", "2027-04-30"],
    ),
    (
        "first and third Wednesdays",
        "2026-12-01",
        {"kind": "nth", "nth": of(1, 3), "weekdays": of(2)},
        ["2026-12-02", "2026-12-16", "2027-01-06"],
    ),
    (
        "every third month from the first one's",
        "2026-11-20",
        {"kind": "days", "days": of(1), "every": 3},
        ["2027-02-01", "2027-05-01"],
    ),
    (
        "not on holidays: Labour Thanksgiving Day is a Monday",
        "2026-11-20",
        {"kind": "weekly", "weekdays": of(0), "on_holidays": False},
        ["2026-11-30", "2026-12-07"],
    ),
    (
        "not on own days",
        "2026-11-20",
        {"kind": "weekly", "weekdays": of(0), "left_out": frozenset({date(2026, 11, 23)})},
        ["2026-11-30"],
    ),
    (
        "until a day, included",
        "2026-11-20",
        {"kind": "weekly", "weekdays": of(0), "until": date(2026, 11, 30)},
        ["2026-11-23", "2026-11-30"],
    ),
    (
        "never: until before anything",
        "2026-11-24",
        {"kind": "weekly", "weekdays": of(0), "until": date(2026, 11, 29)},
        [],
    ),
    (
        "never: the 31st of every February",
        "2027-02-01",
        {"kind": "days", "days": of(31), "every": 12},
        [],
    ),
]


@pytest.mark.parametrize(("name", "first", "how", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_days(name: str, first: str, how: dict[str, Any], expected: list[str]) -> None:
    more = days(first, len(expected) + 1, **how)
    assert more[: len(expected)] == expected
    assert (len(more) > len(expected)) == ("until" not in how and bool(expected))


def test_the_evening_before_what_is_collected() -> None:
    collected = Calendar(is_collected=lambda day: day in {date(2026, 12, 31), date(2027, 1, 1)})
    assert days("2026-11-20", 9, collected, kind="evening") == ["2026-12-30", "2026-12-31"]


def test_a_time_names_one_moment_all_year() -> None:
    rule = Rule("weekly", time(0, 30), date(2026, 1, 1), weekdays=of(*range(7)))
    for day in (date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25)):
        assert rule.moment(day) == datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(
            hours=8, minutes=30
        )


def test_what_was_missed_is_counted_once() -> None:
    rule = Rule("weekly", NOON, date(2026, 11, 1), weekdays=of(*range(7)))
    since, until = rule.moment(date(2026, 11, 20)), rule.moment(date(2026, 11, 22))
    assert [each.day for each in rules.missed(rule, since, until, HOLIDAYS)] == [21, 22]
    assert not rules.missed(rule, until, until, HOLIDAYS)


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ({"kind": "daily"}, "kind"),
        ({"kind": "weekly"}, "weekdays"),
        ({"kind": "nth", "weekdays": [1]}, "nth"),
        ({"kind": "nth", "nth": [1]}, "weekdays"),
        ({"kind": "nth", "nth": [6], "weekdays": [1]}, "weekdays"),
        ({"kind": "days"}, "days"),
        ({"kind": "days", "days": [0]}, "days"),
        ({"kind": "days", "days": [32]}, "days"),
        ({"kind": "weekly", "weekdays": [1], "every": 0}, "every"),
        ({"kind": "weekly", "weekdays": [1], "every": 9}, "every"),
        ({"kind": "evening", "every": 2}, "every"),
        ({"kind": "end", "until": "2026-11-19"}, "until"),
        ({"kind": "end", "at": "25:00"}, "kind"),
    ],
)
def test_what_can_not_be_meant_is_refused(how: dict[str, Any], where: str) -> None:
    with pytest.raises(RuleFault) as fault:
        rules.read({"at": "18:00", "first": "2026-11-20"} | how)
    assert fault.value.field == where


some_days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
any_rule = st.one_of(
    st.builds(
        Rule,
        st.just("weekly"),
        st.just(NOON),
        some_days,
        every=st.integers(1, 8),
        weekdays=weekdays,
        until=st.none() | st.just(date(2030, 6, 30)),
    ),
    st.builds(
        Rule,
        st.just("nth"),
        st.just(NOON),
        some_days,
        every=st.integers(1, 12),
        weekdays=weekdays,
        nth=st.frozensets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1),
    ),
    st.builds(
        Rule,
        st.just("days"),
        st.just(NOON),
        some_days,
        every=st.integers(1, 12),
        days=st.frozensets(st.integers(1, 31), min_size=1),
    ),
    st.builds(Rule, st.just("end"), st.just(NOON), some_days, every=st.integers(1, 12)),
)


@settings(max_examples=150, deadline=None)
@given(any_rule)
def test_another_reading_of_rfc_5545_agrees(rule: Rule) -> None:
    start = rule.moment(rule.first)
    end = start + timedelta(days=800)
    theirs = rrulestr(str(rules.recurrence(rule)), dtstart=start)
    ours = rules.missed(rule, start - timedelta(seconds=1), end, HOLIDAYS)
    assert ours == list(theirs.between(start, end, inc=True))
    assert rules.read(rule.json()) == rule

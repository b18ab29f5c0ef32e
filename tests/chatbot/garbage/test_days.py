"""Collection days: weekly, n-th weekdays, the turn of the year, added and left out days."""

from datetime import date

import pytest

from chatbot.garbage.days import ScheduleError, next_collection, read_weekdays, schedule
from chatbot.garbage.loading import load_guide


@pytest.mark.parametrize(
    ("weekdays", "today", "expected"),
    [
        ("mon thu", date(2026, 11, 20), date(2026, 11, 23)),
        ("mon thu", date(2026, 11, 23), date(2026, 11, 23)),
        ("fri:1", date(2026, 11, 20), date(2026, 12, 4)),
        ("fri:1,3", date(2026, 11, 20), date(2026, 11, 20)),
        ("fri:1,3", date(2026, 11, 21), date(2026, 12, 4)),
        ("tue fri:2", date(2026, 11, 12), date(2026, 11, 13)),
        # The fifth Monday: only some months have one.
        ("mon:5", date(2026, 12, 1), date(2027, 3, 29)),
        ("thu", date(2026, 12, 29), date(2027, 1, 7)),
        ("fri", date(2026, 12, 26), date(2027, 1, 8)),
        ("sun", date(2026, 12, 28), date(2027, 1, 10)),
    ],
)
def test_the_next_day(weekdays: str, today: date, expected: date) -> None:
    found = next_collection(schedule(weekdays), today)
    assert found == (expected if (expected - today).days < 92 else None)


def test_single_days_are_left_out_or_added() -> None:
    plan = schedule("mon", left_out=[date(2026, 11, 23)], added=[date(2026, 12, 31)])
    assert next_collection(plan, date(2026, 11, 21)) == date(2026, 11, 30)
    assert next_collection(plan, date(2026, 12, 29)) == date(2026, 12, 31)


def test_no_days_no_collection() -> None:
    assert next_collection(schedule(""), date(2026, 11, 20)) is None


@pytest.mark.parametrize("wrong", ["moon", "mon:0", "mon:6", "mon:x", "mon:1,x", "mon:,"])
def test_unreadable_days_are_refused(wrong: str) -> None:
    with pytest.raises(ScheduleError):
        read_weekdays(wrong)


def test_every_district_has_a_day_for_every_class_that_comes() -> None:
    guide = load_guide()
    assert len(guide.districts) == 6
    for district in guide.districts.values():
        assert set(district.days) == set(guide.classes) - {"bulky", "not_collected"}
        for days in district.days.values():
            assert next_collection(days, date(2026, 11, 20)) is not None

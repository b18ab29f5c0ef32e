"""The month's table: whole weeks, every class once a day, irregular days marked, letters unlike.

Rules only: no application, no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chatbot.garbage.days import Schedule, collections_on, failing_on, schedule
from chatbot.garbage.loading import shipped_guide
from chatbot.garbage.month import Mark, letters_of, weeks_of

IN_PEACE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass
class Place:
    days: dict[str, Schedule]


@IN_PEACE
@given(some.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_every_day_stands_once_under_its_weekday(day: date) -> None:
    weeks = weeks_of(Place({}), day)
    cells = [cell for week in weeks for cell in week]
    inside = [cell.day for cell in cells if cell.inside]
    assert inside[0].day == 1 and day in inside
    assert (inside[-1] + timedelta(days=1)).month != day.month
    assert all(week[0].day.weekday() == 6 and len(week) == 7 for week in weeks)
    days = [cell.day for cell in cells]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]


def test_irregular_days_are_marked() -> None:
    place = Place(
        {
            "burnable": schedule("mon thu", left_out=[date(2026, 11, 23)]),
            "glass": schedule("wed:1", added=[date(2026, 11, 24)]),
        }
    )
    found = {
        cell.day.day: cell.marks
        for week in weeks_of(place, date(2026, 11, 1))
        for cell in week
        if cell.inside
    }
    assert found[23] == (Mark("burnable", left_out=True),)
    assert found[24] == (Mark("glass", extra=True),)
    assert found[19] == (Mark("burnable"),)
    assert found[20] == ()


@pytest.mark.parametrize("key", sorted(shipped_guide().districts))
def test_the_table_says_what_the_list_says(key: str) -> None:
    district = shipped_guide().districts[key]
    for month in (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)):
        for cell in (each for week in weeks_of(district, month) for each in week if each.inside):
            kept = {mark.key for mark in cell.marks if not mark.left_out}
            assert kept == set(collections_on(district, cell.day))
            out = {mark.key for mark in cell.marks if mark.left_out}
            assert out == set(failing_on(district, cell.day))


def test_letters_tell_classes_apart() -> None:
    for language in ("ja", "en"):
        names = {key: kind.name(language) for key, kind in shipped_guide().classes.items()}
        letters = letters_of(names)
        assert len(set(letters.values())) == len(names)
        assert all(1 <= len(each) <= 2 for each in letters.values())
    assert letters_of({"a": "燃やせるごみ", "b": "燃やせないごみ"}) == {"a": "燃", "b": "燃な"}
    three = letters_of({"a": "燃やせるごみ", "b": "燃やせないごみ", "c": "燃やす石油"})
    assert len(set(three.values())) == 3

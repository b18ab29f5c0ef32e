"""Days in parts, in both calendars, at the edges of every era."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.core.wareki import ERAS, era_of
from portal.residents.days import UnreadableDay, read_day, said, said_short, said_with_era

VECTORS = Path(__file__).parents[2] / "data" / "wareki_vectors.csv"


def test_every_vector_is_read_from_its_parts() -> None:
    with VECTORS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        era = next(each for each in ERAS if row["wareki"].startswith(each.name))
        parts = row["wareki"].removeprefix(era.name).rstrip("日").replace("月", "年").split("年")
        assert read_day(era.letter, *parts).isoformat() == row["iso"]


@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
def test_an_era_begins_on_its_first_day(era: object) -> None:
    found = next(each for each in ERAS if each == era)
    first, before = found.first, found.first - timedelta(days=1)
    assert read_day(found.letter, "1", str(first.month), str(first.day)) == first
    with pytest.raises(UnreadableDay):
        read_day(found.letter, "元", str(before.month), str(before.day))
    if found.letter != "M":
        assert era_of(before) != found


@pytest.mark.parametrize(
    "parts",
    [
        ("", "2023", "2", "29"),
        ("R", "5", "2", "29"),
        ("", "2024", "13", "1"),
        ("", "2024", "0", "1"),
        ("", "", "1", "1"),
        ("", "20244", "1", "1"),
        ("", "-200", "1", "1"),
        ("H", "32", "1", "1"),
        ("", "64", "1", "1"),
        ("R", "9999", "1", "1"),
        ("M", "0", "1", "1"),
        ("", "٢٠٢٤x", "1", "1"),
    ],
)
def test_what_is_no_day_is_refused(parts: tuple[str, str, str, str]) -> None:
    with pytest.raises(UnreadableDay):
        read_day(*parts)


def test_leap_days_and_full_width_figures() -> None:
    assert read_day("R", "６", "２", "２９") == date(2024, 2, 29)
    assert read_day("", "2000", "2", "29") == date(2000, 2, 29)


def test_days_are_said_in_both_languages() -> None:
    day = date(2026, 12, 3)
    assert said(day, "ja") == "2026年12月3日（木）"
    assert said(day, "en") == "Thu 3 Dec 2026"
    assert said_short(day, date(2026, 1, 1), "ja") == "12月3日（木）"
    assert said_short(day, date(2027, 1, 1), "en") == "Thu 3 Dec 2026"
    assert said_with_era(date(2019, 5, 1), "ja") == "2019年5月1日（令和元年）"

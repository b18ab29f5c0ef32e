"""Japanese calendar years: the table, what people type, and slips."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.wareki import NotADate, fiscal_year_label, parse_day, to_wareki, year_label

VECTORS = Path(__file__).parents[2] / "data" / "wareki_vectors.csv"
ROWS = list(csv.DictReader(VECTORS.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=[row["iso"] for row in ROWS])
def test_vector(row: dict[str, str]) -> None:
    day = date.fromisoformat(row["iso"])
    assert to_wareki(day) == row["wareki"]
    assert parse_day(row["wareki"]) == day


@given(st.dates(date(1868, 10, 23), date(2200, 12, 31)))
def test_both_ways(day: date) -> None:
    assert parse_day(to_wareki(day)) == day
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "令和8年4月1日", "R8.4.1", "r8/4/1", "Ｒ８．４．１", "令8-04-01", " 令和 8年 4月 1日 ",
        "令和八年四月一日", "2026-04-01", "2026/4/1", "2026年4月1日", "二〇二六年四月一日",
    ],
)  # fmt: skip
def test_what_people_type(text: str) -> None:
    assert parse_day(text) == date(2026, 4, 1)


def test_first_years_and_kanji_tens() -> None:
    assert parse_day("令和元年5月1日") == date(2019, 5, 1)
    assert parse_day("R元.5.1") == date(2019, 5, 1)
    assert parse_day("昭和六十三年十二月三十一日") == date(1988, 12, 31)
    assert parse_day("S64.1.7") == date(1989, 1, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("平成31年5月1日", "令和元年5月1日"),
        ("昭和64年1月8日", "平成元年1月8日"),
        ("令和8年2月30日", "day is out of range"),
        ("令和8年13月1日", "month must be"),
        ("江戸8年1月1日", "unknown era"),
        ("あした", "not a date"),
        ("", "not a date"),
        ("令和八年四月一十二十日", "not a number"),
        ("明治元年10月22日", "before 明治"),
    ],
)
def test_slips_are_named(text: str, words: str) -> None:
    with pytest.raises(NotADate, match=words):
        parse_day(text)


def test_labels_of_years() -> None:
    assert fiscal_year_label(2026) == "令和8年度"
    assert fiscal_year_label(2019) == "令和元年度"
    assert fiscal_year_label(1988) == "昭和63年度"
    assert year_label(date(2019, 4, 30)) == "平成31年"

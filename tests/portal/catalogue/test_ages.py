"""The date primitives against the law's definitions and its well-known corners."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.catalogue import ages
from portal.catalogue.ages import Edge

BIRTHDATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("born", "years", "attained"),
    [
        ("2004-02-29", 20, "2024-02-28"),
        ("2004-02-29", 21, "2025-02-28"),
        ("2024-03-01", 1, "2025-02-28"),
        ("2023-03-01", 1, "2024-02-29"),
        ("1961-01-01", 65, "2025-12-31"),
        ("2020-04-01", 6, "2026-03-31"),
        ("2000-06-15", 0, "2000-06-14"),
    ],
)
def test_attain(born: str, years: int, attained: str) -> None:
    day = date.fromisoformat(attained)
    assert ages.attain(date.fromisoformat(born), years) == day
    assert ages.turn(date.fromisoformat(born), years) == day + DAY


@pytest.mark.parametrize(
    ("born", "months", "attained"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-04-01", 2, "2026-05-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-03-30", 11, "2027-02-28"),
    ],
)
def test_attain_months(born: str, months: int, attained: str) -> None:
    assert ages.attain_months(date.fromisoformat(born), months) == date.fromisoformat(attained)


@given(BIRTHDATES, st.integers(0, 120))
@example(date(2004, 2, 29), 21)
@example(date(2000, 4, 1), 18)
def test_a_person_turns_an_age_on_the_birthday_the_day_after_attaining_it(
    born: date, years: int
) -> None:
    attained = ages.attain(born, years)
    assert ages.turn(born, years) == attained + DAY
    if (born.month, born.day) != (2, 29):
        assert attained + DAY == born.replace(year=born.year + years)


@given(BIRTHDATES, st.integers(0, 1300))
def test_a_later_birth_never_attains_earlier(born: date, months: int) -> None:
    assert ages.attain_months(born, months) <= ages.attain_months(born + DAY, months)


@given(BIRTHDATES, st.integers(2000, 2100))
@example(date(2000, 4, 1), 2020)
@example(date(2000, 4, 2), 2020)
def test_fiscal_year_end_age_is_the_largest_age_attained(born: date, year: int) -> None:
    end = date(year + 1, 3, 31)
    expected = year + 1 - born.year - 2
    while ages.attain(born, expected + 1) <= end:
        expected += 1
    assert ages.fy_end_age(born, year) == expected


@given(BIRTHDATES)
@example(date(2020, 4, 1))
@example(date(2020, 4, 2))
@example(date(2020, 2, 29))
def test_school_begins_on_the_first_april_after_attaining_six(born: date) -> None:
    entry = ages.school_entry(born)
    after = ages.attain(born, 6) + DAY
    assert (entry.month, entry.day) == (4, 1)
    assert after <= entry < after + timedelta(days=366)


def test_born_on_1_april_goes_to_school_a_year_before_2_april() -> None:
    assert ages.school_entry(date(2020, 4, 1)) == date(2026, 4, 1)
    assert ages.school_entry(date(2020, 4, 2)) == date(2027, 4, 1)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_fiscal_year_holds_its_days(day: date) -> None:
    year = ages.fy(day)
    assert ages.fy_start(year) <= day <= ages.fy_end(year)
    assert ages.first_mar31(day) == ages.fy_end(year)
    assert day <= ages.first_apr1(day) < day + timedelta(days=366)
    assert ages.first_of_month(day) <= day <= ages.end_of_month(day)
    assert ages.first_of_next_month(day) == ages.end_of_month(day) + DAY


def test_the_same_age_under_four_edges() -> None:
    born = date(2023, 11, 22)
    assert ages.at_edge(born, 0, Edge.BIRTH) == born
    assert ages.at_edge(born, 36, Edge.ATTAIN) == date(2026, 11, 21)
    assert ages.at_edge(born, 36, Edge.TURN) == date(2026, 11, 22)
    assert ages.at_edge(born, 36, Edge.BEFORE_ATTAIN) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("born", "issued", "n", "day"),
    [
        ("1980-12-20", "2017-03-10", 10, "2026-12-20"),
        ("1980-09-15", "2017-03-10", 10, "2026-09-15"),
        ("1980-12-20", "2022-01-05", 5, "2026-12-20"),
        ("1980-03-10", "2017-03-10", 10, "2027-03-10"),  # issued on a birthday: not counted
        ("1980-03-11", "2017-03-10", 10, "2026-03-11"),
        ("1980-02-29", "2017-03-10", 10, "2027-02-28"),
        ("1980-02-29", "2018-02-28", 10, "2028-02-29"),
    ],
)
def test_nth_birthday_after_issue(born: str, issued: str, n: int, day: str) -> None:
    parsed = (date.fromisoformat(born), date.fromisoformat(issued))
    assert ages.nth_birthday(*parsed, n) == date.fromisoformat(day)


def test_counting_with_and_without_the_first_day() -> None:
    event = date(2026, 11, 10)
    assert ages.counted_day(event, 14, count_first_day=True) == date(2026, 11, 23)
    assert ages.counted_day(event, 14, count_first_day=False) == date(2026, 11, 24)


def test_weeks_of_pregnancy_count_back_from_the_expected_date() -> None:
    expected = date(2026, 4, 23)
    assert ages.gestation_day(expected, 40) == expected
    assert ages.gestation_day(expected, 28) == date(2026, 1, 29)
    assert ages.gestation_day(expected, 36, 6) == date(2026, 4, 1)


def test_calendar_months_stop_at_the_end_of_a_month() -> None:
    assert ages.add_months(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert ages.add_months(date(2027, 3, 31), 11) == date(2028, 2, 29)
    assert ages.last_day_of_month(1900, 2) == 28
    assert ages.last_day_of_month(2000, 2) == 29


def test_last_month_of_an_amount_is_the_birthdays_month_even_on_the_first() -> None:
    assert ages.year_month_after(date(2023, 11, 1), 3) == date(2026, 11, 30)
    assert ages.year_month_after(date(2023, 11, 20), 3) == date(2026, 11, 30)
    assert ages.year_month_after(date(2024, 2, 29), 3) == date(2027, 2, 28)

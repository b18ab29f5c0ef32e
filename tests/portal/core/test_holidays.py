"""Days on which the city hall is closed."""

from datetime import date

import pytest

from portal.core.holidays import is_closed, is_holiday, next_open_day


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2026-11-20", "2026-11-20"),  # a Friday
        ("2026-11-21", "2026-11-24"),  # Saturday, Sunday, 勤労感謝の日
        ("2026-12-29", "2027-01-04"),
        ("2026-05-03", "2026-05-07"),  # 振替休日 on the 6th
        ("2027-12-29", "2028-01-04"),
    ],
)
def test_next_open_day(day: str, opens: str) -> None:
    assert next_open_day(date.fromisoformat(day)) == date.fromisoformat(opens)
    assert is_closed(date.fromisoformat(day)) == (day != opens)


def test_the_turn_of_the_year_is_no_holiday_but_closed() -> None:
    assert not is_holiday(date(2026, 12, 29))
    assert is_closed(date(2026, 12, 29))

"""Opening hours as the city writes them, on days of every kind."""

from __future__ import annotations

from datetime import date, time

import pytest

from portal.guide.hours import Hours, common_hours, hours_on, is_readable

WEEKDAYS = "平日 8時30分〜17時15分"
CARDS = "平日 8時30分〜17時15分、毎月第2日曜 9時〜12時"
FRIDAY, SUNDAY2 = date(2026, 11, 20), date(2026, 12, 13)


@pytest.mark.parametrize(
    ("words", "day", "found"),
    [
        (WEEKDAYS, FRIDAY, (time(8, 30), time(17, 15))),
        (WEEKDAYS, date(2026, 11, 21), None),  # Saturday
        (WEEKDAYS, date(2026, 11, 23), None),  # 勤労感謝の日
        (WEEKDAYS, date(2026, 12, 29), None),  # the turn of the year
        (CARDS, FRIDAY, (time(8, 30), time(17, 15))),
        (CARDS, SUNDAY2, (time(9), time(12))),
        (CARDS, date(2026, 12, 6), None),  # the first Sunday
        ("第2、第4土曜 9時半〜12時", date(2026, 12, 12), (time(9, 30), time(12))),
        ("第2・4土曜 9時〜12時", date(2026, 12, 26), (time(9), time(12))),
        ("第1日曜 9時〜12時", date(2027, 1, 3), None),  # still closed for the new year
        ("平日 9:00-16:30", FRIDAY, (time(9), time(16, 30))),
        ("平日 8時30分〜17時15分", FRIDAY, (time(8, 30), time(17, 15))),  # full-width figures
        ("案内はがきの日時", FRIDAY, None),
        ("", FRIDAY, None),
    ],
)
def test_hours_on_a_day(words: str, day: date, found: tuple[time, time] | None) -> None:
    assert hours_on(words, day) == (Hours(*found) if found else None)


def test_what_tells_no_hours_is_known() -> None:
    assert is_readable(WEEKDAYS)
    assert is_readable("第1日曜 9時〜12時")
    assert not is_readable("案内はがきの日時")
    assert not is_readable("8時30分〜17時15分")  # on which days?


def test_common_hours_are_when_every_one_is_open() -> None:
    early, late = Hours(time(8, 30), time(12)), Hours(time(9), time(17))
    assert common_hours([early, late]) == Hours(time(9), time(12))
    assert common_hours([early, Hours(time(12), time(17))]) is None
    assert common_hours([]) is None

"""Days as forms take them in parts and as pages say them, with the era where it helps."""

from __future__ import annotations

import unicodedata
from datetime import date

from portal.core import day_words
from portal.core.errors import N_
from portal.core.languages import EASY, SOURCES
from portal.core.text_marks import marked
from portal.core.wareki import ERAS, FIRST_YEAR, Era, NotADate, era_of, year_label

WEEKDAYS = "月火水木金土日"
OLDEST_YEARS = 130  # the longest life known is 122 years
SHORT_YEAR = 100  # a Western year below this was meant as a year of an era
FIGURES = 4
READINGS = {
    "令和": "れいわ",
    "平成": "へいせい",
    "昭和": "しょうわ",
    "大正": "たいしょう",
    "明治": "めいじ",
}


class UnreadableDay(ValueError):
    """The parts are no day; the text is an English message key."""


def read_day(letter: str, year: str, month: str, day: str) -> date:
    """The day that was typed, `letter` naming its era; UnreadableDay says what is wrong with it."""
    era = next((each for each in ERAS if each.letter == letter), None)
    numbers = [_number(part) for part in (year, month, day)]
    if era is not None:
        numbers[0] += era.first.year - 1
    elif numbers[0] < SHORT_YEAR:
        raise UnreadableDay(N_("Choose the era, or write the year with four digits."))
    try:
        found = date(*numbers)
    except (ValueError, OverflowError):
        raise UnreadableDay(N_("There is no such day in the calendar.")) from None
    if era is not None and not _in_era(found, era):
        raise UnreadableDay(N_("That era does not have this day."))
    return found


def _in_era(day: date, era: Era) -> bool:
    try:
        return era_of(day) == era
    except NotADate:  # before Meiji
        return False


def _number(typed: str) -> int:
    plain = unicodedata.normalize("NFKC", typed).strip()
    plain = "1" if plain == FIRST_YEAR else plain
    if not (plain.isascii() and plain.isdigit() and len(plain) <= FIGURES):
        raise UnreadableDay(N_("Please write year, month and day in figures."))
    return int(plain)


def said(day: date, language: str) -> str:
    """A day with its weekday: 2026年12月3日（木）, Thu 3 Dec 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    if language not in SOURCES:
        return day_words.say(day, "full", language)
    return f"{day:%a} {day.day} {day:%b %Y}"


def said_month(day: date, language: str) -> str:
    """The day's month: 2026年12月, Dec 2026."""
    if language not in SOURCES:
        return day_words.say(day, "month", language)
    return f"{day.year}年{day.month}月" if language == "ja" else f"{day:%b %Y}"


def said_with_era(day: date, language: str) -> str:
    """A birthdate: 2024年5月2日（令和6年）, 2 May 2024."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{year_label(day)}）"
    if language not in SOURCES:
        era = f"（{easy_year_label(day)}）" if language == EASY else ""
        return day_words.say(day, "day", language) + era
    return f"{day.day} {day:%b %Y}"


def easy_year_label(day: date) -> str:
    """令和6年 with its readings."""
    label = year_label(day)
    name, year = label[:2], label[2:-1]
    first = "{元年|がんねん}" if year == FIRST_YEAR else f"{year}{{年|ねん}}"
    return marked(f"{{{name}|{READINGS[name]}}}{first}")


def said_short(day: date, today: date, language: str) -> str:
    """A near day: 12月3日（木）; the year is added when it is another than today's."""
    if day.year != today.year:
        return said(day, language)
    if language == "ja":
        return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    if language not in SOURCES:
        return day_words.say(day, "near", language)
    return f"{day:%a} {day.day} {day:%b}"

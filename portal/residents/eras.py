"""Dates as Japanese people write them: eras read and said, with the day as the judge."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Era:
    """An era and its first day; it ends the day before the next one begins."""

    letter: str
    name: str
    english: str
    first: date


# 改元の詔書・元号法: Meiji counts by the solar calendar of 1868-10-23, as family registers do.
ERAS = (
    Era("R", "令和", "Reiwa", date(2019, 5, 1)),
    Era("H", "平成", "Heisei", date(1989, 1, 8)),
    Era("S", "昭和", "Showa", date(1926, 12, 25)),
    Era("T", "大正", "Taisho", date(1912, 7, 30)),
    Era("M", "明治", "Meiji", date(1868, 10, 23)),
)
WEEKDAYS = "月火水木金土日"
OLDEST_YEARS = 130  # the longest life known is 122 years
SHORT_YEAR = 100  # a Western year below this was meant as a year of an era


class UnreadableDate(ValueError):
    """The parts are no day; the text is an English message key."""


def era_of(day: date) -> Era | None:
    """The era a day belongs to."""
    return next((era for era in ERAS if era.first <= day), None)


def era_year(day: date) -> str:
    """The year in its era: 令和8年, the first as 元年; Western before Meiji."""
    era = era_of(day)
    if era is None:
        return f"{day.year}年"
    number = day.year - era.first.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def in_era(day: date) -> str:
    """A day with its era: 令和8年11月20日."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def read_day(era: str, year: str, month: str, day: str) -> date:
    """The day that was typed; UnreadableDate says what is wrong with it."""
    number = _year(era, _number(year))
    try:
        found = date(number, _number(month), _number(day))
    except (ValueError, OverflowError):
        raise UnreadableDate("There is no such day in the calendar.") from None
    meant = next((each for each in ERAS if each.letter == era), None)
    if meant is not None and era_of(found) != meant:
        raise UnreadableDate("That era does not have this day.")
    return found


def _year(letter: str, number: int) -> int:
    era = next((each for each in ERAS if each.letter == letter), None)
    if era is not None:
        return era.first.year + number - 1
    if number < SHORT_YEAR:
        raise UnreadableDate("Choose the era, or write the year with four digits.")
    return number


def _number(typed: str) -> int:
    plain = unicodedata.normalize("NFKC", typed).strip()
    plain = "1" if plain == "元" else plain
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len("2026")):
        raise UnreadableDate("Please write year, month and day in figures.")
    return int(plain)


def said(day: date, language: str) -> str:
    """A day with its weekday: 2026年12月3日（木）, Thu 3 Dec 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b %Y}"


def said_with_era(day: date, language: str) -> str:
    """A birthdate: 2024年5月2日（令和6年）, 2 May 2024."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日（{era_year(day)}）"
    return f"{day.day} {day:%b %Y}"


def said_short(day: date, today: date, language: str) -> str:
    """A near day: 12月3日（木）; the year is added when it is another than today's."""
    if day.year != today.year:
        return said(day, language)
    if language == "ja":
        return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b}"

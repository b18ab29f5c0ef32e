"""Japanese calendar years to and from ISO dates; the database keeps ISO only (GIF DS-441)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

FIRST_YEAR = "元"
KANJI_DIGITS = {kanji: n for n, kanji in enumerate("〇一二三四五六七八九")}
NUMBER = r"(\d+|[〇一二三四五六七八九十]+)"
# 令和8年4月1日, R8.4.1, 令8/4/1, 昭和六十三年十二月一日, 2026-04-01, 2026年4月1日
WRITTEN = re.compile(
    rf"(?P<era>[^\d\s.\-/年〇一二三四五六七八九十元]*)\s*(?P<year>元|{NUMBER})\s*[年.\-/]\s*"
    rf"(?P<month>{NUMBER})\s*[月.\-/]\s*(?P<day>{NUMBER})\s*日?"
)


class NotADate(ValueError):
    """The text is no date of the Japanese or the Western calendar."""


@dataclass(frozen=True, slots=True)
class Era:
    """One era; `first` is its first day, on which the era before it has ended."""

    name: str
    letter: str
    first: date


# Meiji's first day is what the official table prints; dates before 1873 are converted, not lunar.
ERAS = (
    Era("明治", "M", date(1868, 10, 23)),
    Era("大正", "T", date(1912, 7, 30)),
    Era("昭和", "S", date(1926, 12, 25)),
    Era("平成", "H", date(1989, 1, 8)),
    Era("令和", "R", date(2019, 5, 1)),
)


def era_of(day: date) -> Era:
    """The era of a day; NotADate before Meiji."""
    for era in reversed(ERAS):
        if day >= era.first:
            return era
    raise NotADate(f"{day.isoformat()} is before 明治")


def to_wareki(day: date) -> str:
    """令和8年4月1日; the first year of an era is 元年."""
    return f"{year_label(day)}{day.month}月{day.day}日"


def year_label(day: date) -> str:
    """令和8年, the year of a day."""
    era = era_of(day)
    year = day.year - era.first.year + 1
    return f"{era.name}{FIRST_YEAR if year == 1 else year}年"


def fiscal_year_label(year: int) -> str:
    """令和8年度 for 2026. A year whose era changed by 1 May takes the new one (令和元年度)."""
    return f"{year_label(date(year, 5, 1))}度"


def parse_day(text: str) -> date:
    """A date written in either calendar; NotADate when it is none.

    Accepts 令和8年4月1日, R8.4.1, 令8/4/1, 元年, kanji numerals, full-width digits,
    2026-04-01, 2026年4月1日. A day outside its era (平成31年5月1日) is refused, as it is
    most often a slip in the year.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    written = WRITTEN.fullmatch(cleaned)
    if written is None:
        raise NotADate(f"not a date: {text!r}")
    era = _era_named(written["era"])
    year = 1 if written["year"] == FIRST_YEAR else _number(written["year"])
    if era is None:
        return _day(year, written)
    day = _day(era.first.year + year - 1, written)
    if era_of(day) != era:
        raise NotADate(f"{text} is {to_wareki(day)}")
    return day


def _era_named(name: str) -> Era | None:
    if not name:
        return None
    for era in ERAS:
        if name.upper() == era.letter or name in (era.name, era.name[0]):
            return era
    raise NotADate(f"unknown era {name!r}")


def _day(year: int, written: "re.Match[str]") -> date:
    try:
        return date(year, _number(written["month"]), _number(written["day"]))
    except ValueError as error:
        raise NotADate(str(error)) from None


def _number(text: str) -> int:
    """An Arabic or kanji number below 100 (十五, 二十, 三十一), or digits in a row (二〇二六)."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(KANJI_DIGITS[each]) for each in text))
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        raise NotADate(f"not a number: {text!r}")
    return KANJI_DIGITS.get(tens, 1) * 10 + KANJI_DIGITS.get(ones, 0)

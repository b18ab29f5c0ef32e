"""Days as people write them in the languages that are neither plain Japanese nor English."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from babel.dates import format_date

from portal.core.languages import EASY, LOCALES
from portal.core.text_marks import marked

# full: with year and weekday; near: with weekday; day: with year; then a month, and a day of it.
Form = Literal["full", "near", "day", "month", "month_day"]
_CHINESE = ("y年M月d日（E）", "M月d日（E）", "y年M月d日", "y年M月", "M月d日")
_FORMS = ("full", "near", "day", "month", "month_day")
_PATTERNS: dict[str, dict[str, str]] = {
    language: dict(zip(_FORMS, patterns, strict=True))
    for language, patterns in {
        "zh-Hans": _CHINESE,
        "zh-Hant": _CHINESE,
        "ko": ("y년 M월 d일 (E)", "M월 d일 (E)", "y년 M월 d일", "y년 M월", "M월 d일"),
        "vi": ("EEE, d/M/y", "EEE, d/M", "d/M/y", "'tháng' M/y", "d/M"),
        "tl": ("EEE, d MMM y", "EEE, d MMM", "d MMMM y", "MMMM y", "d MMMM"),
    }.items()
}
_WEEKDAYS = ["月げつ", "火か", "水すい", "木もく", "金きん", "土ど", "日にち"]
# Days of the month that are not read as their number and にち.
_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか",
    8: "ようか", 9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか",
    24: "にじゅうよっか",
}  # fmt: skip


@lru_cache(maxsize=4096)
def say(day: date, form: Form, language: str) -> str:
    """The day in one of TRANSLATED's languages; furigana between marks (text_marks.py)."""
    if language == EASY:
        return marked(_easily(day, form))
    return format_date(day, _PATTERNS[language][form], LOCALES.get(language, language))


def _easily(day: date, form: Form) -> str:
    year, month = f"{day.year}{{年|ねん}}", f"{day.month}{{月|がつ}}"
    if form == "month":
        return year + month
    whole = month + _day(day.day)
    if form in ("full", "near"):
        letter, reading = _WEEKDAYS[day.weekday()][0], _WEEKDAYS[day.weekday()][1:]
        whole += f"（{{{letter}|{reading}}}）"
    return whole if form in ("near", "month_day") else year + whole


def _day(number: int) -> str:
    return f"{{{number}日|{_DAYS[number]}}}" if number in _DAYS else f"{number}{{日|にち}}"

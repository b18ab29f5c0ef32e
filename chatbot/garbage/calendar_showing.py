"""The month of a district in words and marks, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from chatbot.garbage.items import District, Guide
from chatbot.garbage.month import TONES, Mark, letters_of, weeks_of
from chatbot.garbage.showing import usual
from portal.core.clock import today as this_day
from portal.core.i18n import current_language, speaks_japanese
from portal.core.languages import LOCALES

LETTERS = "日月火水木金土"
SUNDAY = date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class Sign:
    """A class as the calendar marks it: letters, shape and colour (`tone`), name, usual days."""

    key: str
    letters: str
    tone: int
    name: str
    usual: str


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day: its marks as (sign, mark)."""

    day: date
    inside: bool
    today: bool
    signs: tuple[tuple[Sign, Mark], ...]


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A month as a table, with its legend."""

    weekdays: list[str]
    weeks: list[list[DayCell]]
    signs: list[Sign]
    irregular: bool


def month_table(
    guide: Guide, district: District, month: date, today: date | None = None
) -> MonthTable:
    """The month; letters are told apart among all classes, so that every district has the same."""
    day, signs = today or this_day(), _signs(guide, district)
    weeks = [
        [
            DayCell(
                cell.day,
                cell.inside,
                cell.day == day,
                tuple((signs[mark.key], mark) for mark in cell.marks if mark.key in signs),
            )
            for cell in week
        ]
        for week in weeks_of(district, month)
    ]
    marks = [mark for week in weeks for cell in week for _, mark in cell.signs]
    odd = any(mark.extra or mark.left_out for mark in marks)
    return MonthTable(_weekdays(), weeks, list(signs.values()), odd)


def _signs(guide: Guide, district: District) -> dict[str, Sign]:
    language = current_language()
    letters = letters_of({key: kind.name(language) for key, kind in guide.classes.items()})
    return {
        key: Sign(key, letters[key], n % TONES, kind.name(language), usual(district.days[key]))
        for n, (key, kind) in enumerate(guide.classes.items())
        if key in district.days
    }


def _weekdays() -> list[str]:
    if speaks_japanese():
        return list(LETTERS)
    language = current_language()
    days = (SUNDAY.replace(day=1 + n) for n in range(7))
    return [str(format_date(each, "EEE", LOCALES.get(language, language))) for each in days]

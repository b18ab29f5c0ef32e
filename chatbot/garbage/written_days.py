"""Reads collection days as Japanese cities write them, and writes them again for people."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from chatbot.garbage.days import ScheduleError, Weekday

LETTERS = "月火水木金土日"
# Words around the days that say nothing more: 毎週月・木曜日, 第2・第4水曜日.
FILLER = re.compile(r"毎週|曜日?|週目?|[・,、]|(?<!\d)/|/(?!\d)|と|及び|および")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")
WRITTEN_FIRST = re.compile(
    r"第?([1-5](?:[ ]?第?[1-5])*)[ ]?([月火水木金土日])(?=[ ]|第|$|[月火水木金土日])"
)
NUMBERED = re.compile(r"([月火水木金土日])([1-5]{0,5})$")
SEVERAL = re.compile(r"[月火水木金土日][1-5]*")
MONTHS = re.compile(r"[:：]([0-9 ,]+)$")
NO_DAYS = frozenset({"", "-", "ー", "なし", "無", "収集なし", "随時"})
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class WrittenDays:
    """What a cell says: weekdays, and single days."""

    weekdays: tuple[Weekday, ...] = ()
    days: tuple[date, ...] = ()

    @property
    def text(self) -> str:
        """The weekdays as `days.read_weekdays` reads them."""
        return " ".join(each.written() for each in self.weekdays)


def read_days(cell: str) -> WrittenDays:
    """Reads 月 木, 水2 水4, 第2・第4水曜日, 火1:6 7 8 (only in these months), 20261230.

    Raises ScheduleError with the part that is not understood.
    """
    text = " ".join(unicodedata.normalize("NFKC", cell).replace("*", " ").split())
    if text in NO_DAYS:
        return WrittenDays()
    months: frozenset[int] = frozenset()
    if found := MONTHS.search(text):
        months, text = _months(found[1]), text[: found.start()]
    weekdays, days = [], []
    for part in _parts(text):
        if DAY.match(part):
            days.append(_day(part))
        else:
            weekdays.append(_weekday(part, months))
    if len(days) > MOST_DAYS:
        raise ScheduleError(f"{len(days)}")
    return WrittenDays(_joined(weekdays), tuple(sorted(set(days))))


def write_days(weekdays: tuple[Weekday, ...]) -> str:
    """月 木; 水2 水4; 火1:6 7 8. What `read_days` reads again."""
    months = sorted({month for each in weekdays for month in each.months})
    parts = [
        LETTERS[each.weekday] + str(number or "")
        for each in weekdays
        for number in (sorted(each.nth) or [0])
    ]
    return " ".join(parts) + (":" + " ".join(map(str, months)) if months else "")


def _parts(text: str) -> list[str]:
    """The words of a cell, with the number behind the weekday: 第2・第4水 → 水24."""
    plain = " ".join(FILLER.sub(" ", text).split())
    while found := WRITTEN_FIRST.search(plain):
        numbers = re.sub(r"[^1-5]", "", found[1])
        plain = f"{plain[: found.start()]} {found[2]}{numbers} {plain[found.end() :]}"
    return [part for word in plain.split() for part in _apart(word)]


def _apart(word: str) -> list[str]:
    """月木 and 水2木3 are two days each."""
    return SEVERAL.findall(word) if SEVERAL.sub("", word) == "" else [word]


def _weekday(part: str, months: frozenset[int]) -> Weekday:
    found = NUMBERED.match(part)
    if not found:
        raise ScheduleError(part)
    return Weekday(LETTERS.index(found[1]), frozenset(map(int, found[2])), months)


def _day(part: str) -> date:
    found = DAY.match(part)
    try:
        return date(*map(int, found.groups())) if found else date.min
    except ValueError as error:
        raise ScheduleError(part) from error


def _months(text: str) -> frozenset[int]:
    months = {int(number) for number in re.findall(r"\d+", text)}
    if not months or not months <= set(range(1, 13)):
        raise ScheduleError(text)
    return frozenset(months)


def _joined(weekdays: list[Weekday]) -> tuple[Weekday, ...]:
    """水2 水4 is one weekday with two numbers."""
    joined: dict[tuple[int, bool], Weekday] = {}
    for each in weekdays:
        place = (each.weekday, bool(each.nth))
        known = joined.get(place)
        joined[place] = Weekday(
            each.weekday, each.nth | known.nth if known else each.nth, each.months
        )
    return tuple(joined.values())

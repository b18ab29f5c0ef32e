"""Opening hours of a desk on a day, read from the words the city writes them in.

Hours are a text in the catalogue ("平日 8時30分〜17時15分、毎月第2日曜 9時〜12時"). What can not be
read is not guessed: the day then says "please ask".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from portal.core.holidays import SATURDAY, is_closed, is_year_end

SUNDAY = 6
_CLOCK = r"(\d{1,2})(?:時(?:(\d{1,2})分|(半))?|[::](\d{2}))"
_SPAN = re.compile(rf"{_CLOCK}\s*[〜~～\-−–]\s*{_CLOCK}")
_NTH_DAY = re.compile(r"第([1-5])(?:[・,、]第?([1-5]))?\s*([土日])曜")
_WEEKDAYS = re.compile(r"平日|月曜?日?[〜~～から]+金曜?")


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From and to, on one day."""

    opens: time
    closes: time


def hours_on(words: str, day: date) -> Hours | None:
    """The desk's hours on a day; None when it is closed then, or nobody can tell."""
    for part in re.split(r"[、,。\n]+", _joined(words)):
        span = _SPAN.search(part)
        if span and _is_for(part, day):
            ends = [part or "0" for part in span.groups()]
            return Hours(_clock(*ends[:4]), _clock(*ends[4:]))
    return None


def is_readable(words: str) -> bool:
    """Whether the words tell hours at all ("as on the postcard" does not)."""
    return bool(_SPAN.search(words) and (_WEEKDAYS.search(words) or _NTH_DAY.search(words)))


def common_hours(all_hours: Iterable[Hours]) -> Hours | None:
    """When every one is open; None when that is never."""
    spans = list(all_hours)
    if not spans:
        return None
    found = Hours(max(each.opens for each in spans), min(each.closes for each in spans))
    return found if found.opens < found.closes else None


def _joined(words: str) -> str:
    """第2、第4日曜 is one clause: its comma must not cut it."""
    return re.sub(r"(第[1-5])[、,](?=第?[1-5])", r"\1・", words)


def _is_for(part: str, day: date) -> bool:
    if is_year_end(day):
        return False
    nth = _NTH_DAY.search(part)
    if nth:
        weekday = SATURDAY if nth[3] == "土" else SUNDAY
        which = {int(number) for number in nth.groups()[:2] if number}
        return day.weekday() == weekday and (day.day - 1) // 7 + 1 in which
    return bool(_WEEKDAYS.search(part)) and not is_closed(day)


def _clock(hour: str, minute: str, half: str, colon: str) -> time:
    minutes = 30 if half == "半" else int(colon if colon != "0" else minute)
    return time(min(int(hour), 23), minutes)

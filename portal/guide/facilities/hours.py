"""Whether a place is open now, from the days and times of the open data; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

DAYS = "月火水木金土日"
_RANGE = re.compile("([月火水木金土日])(?:曜日?)?[~〜～ー-]([月火水木金土日])")
WHOLE = {"毎日": DAYS, "平日": DAYS[:5], "土日": "土日", "年中無休": DAYS, "無休": DAYS}


@dataclass(frozen=True)
class Open:
    """Weekdays (0 is Monday) and whether on public holidays; None where the data do not say."""

    days: frozenset[int] | None
    holidays: bool | None


def read_days(text: str) -> Open:
    """月火水木金, 月〜金, 火水木金土日祝, 平日, 毎日; None for anything that may mean more."""
    plain = unicodedata.normalize("NFKC", text).replace("曜日", "").replace("曜", "")
    plain = re.sub(r"[\s、,・;/]", "", plain)
    if not plain:
        return Open(None, None)
    holidays = True if "祝" in plain else None
    plain = plain.replace("祝日", "").replace("祝", "")
    for word, days in WHOLE.items():
        plain = plain.replace(word, days)
    plain = _RANGE.sub(lambda m: _between(m[1], m[2]), plain)
    if not plain or set(plain) - set(DAYS):
        return Open(None, None)
    return Open(frozenset(DAYS.index(day) for day in plain), holidays)


def _between(first: str, last: str) -> str:
    start, end = DAYS.index(first), DAYS.index(last)
    return DAYS[start : end + 1] if start <= end else DAYS[start:] + DAYS[: end + 1]


@dataclass(frozen=True)
class Today:
    """state: open, before, after, closed or unknown. `opens` and `closes` where they count."""

    state: str
    opens: str = ""
    closes: str = ""


def today_at(
    days: str, opens: str, closes: str, moment: datetime, is_holiday: Callable[[date], bool]
) -> Today:
    """How it stands at `moment` (a Japanese wall clock). Remarks may still say otherwise.

    On a public holiday a place is only known to be open when the data name holidays.
    """
    known = read_days(days)
    if known.days is None or not opens or not closes:
        return Today("unknown", opens, closes)
    if is_holiday(moment.date()) and known.holidays is not True:
        return Today("unknown", opens, closes)
    if moment.weekday() not in known.days and not (known.holidays and is_holiday(moment.date())):
        return Today("closed")
    clock = f"{moment:%H:%M}"
    if clock < opens:
        return Today("before", opens, closes)
    if closes > opens and clock >= closes:
        return Today("after", opens, closes)
    return Today("open", opens, closes)

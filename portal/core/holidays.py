"""Days on which the city hall is closed, and the next day it opens.

Public holidays come from jpholiday (offline); 29 December to 3 January are closed by
municipal ordinance everywhere (行政機関の休日に関する法律1条 and its local copies).
"""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def is_year_end(day: date) -> bool:
    """Whether the day lies in the closure from 29 December to 3 January."""
    return (day.month, day.day) in YEAR_END


@lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """Whether the day is a national holiday (substitute holidays included)."""
    import jpholiday  # costs 25 ms, so only programs that ask for a holiday pay for it

    return bool(jpholiday.is_holiday(day))


def is_closed(day: date) -> bool:
    """Whether the city hall is closed: weekend, national holiday or the turn of the year."""
    return day.weekday() >= SATURDAY or is_year_end(day) or is_holiday(day)


def next_open_day(day: date) -> date:
    """The day itself when the city hall is open, otherwise the first open day after it."""
    while is_closed(day):
        day += timedelta(days=1)
    return day

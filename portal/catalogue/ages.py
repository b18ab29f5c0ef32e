"""Ages, fiscal years and day counts exactly as Japanese law counts them; pure functions of dates.

The law has two moments for one age. A person *attains* an age at the end of the day BEFORE the
birthday (年齢計算ニ関スル法律, 民法143条2項); the person *turns* that age on the birthday itself.
Which of the two a rule means is the rule's own parameter, never a default here.
"""

from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
FIRST_FISCAL_MONTH = 4
PREGNANCY_DAYS = 280
SCHOOL_AGE = 6
SHORTEST_MONTH = 28


class Edge(StrEnum):
    """The four ways the same words of an age can begin or end a window (municipal facts 1.2)."""

    BIRTH = "birth"
    ATTAIN = "attain"
    TURN = "turn"
    BEFORE_ATTAIN = "attain_minus_1"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def last_day_of_month(year: int, month: int) -> int:
    """Number of days of a month."""
    if month == 2:
        return 29 if _is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def end_of_month(day: date) -> date:
    """Last day of the month that holds the day."""
    return day.replace(day=last_day_of_month(day.year, day.month))


def first_of_month(day: date) -> date:
    """First day of the month that holds the day."""
    return day.replace(day=1)


def first_of_next_month(day: date) -> date:
    """First day of the month after the day's own."""
    return end_of_month(day) + DAY


def attain_months(birthdate: date, months: int) -> date:
    """Day on which `months` completed months are attained: the day before the corresponding day.

    A corresponding day that does not exist falls on the last day of its month (民法143条2項但書).
    """
    year, month0 = divmod(birthdate.year * 12 + birthdate.month - 1 + months, 12)
    day = birthdate.day
    if day > SHORTEST_MONTH and day > (last := last_day_of_month(year, month0 + 1)):
        return date(year, month0 + 1, last)
    return date(year, month0 + 1, day) - DAY


def attain(birthdate: date, years: int) -> date:
    """Day on which an age in years is attained: the day before the birthday."""
    return attain_months(birthdate, years * 12)


def turn_months(birthdate: date, months: int) -> date:
    """The corresponding day itself (one day after attaining)."""
    return attain_months(birthdate, months) + DAY


def turn(birthdate: date, years: int) -> date:
    """The birthday itself, 00:00; 1 March in common years for people born on 29 February."""
    return turn_months(birthdate, years * 12)


def at_edge(birthdate: date, months: int, edge: Edge) -> date:
    """The day an age in months stands for under one of the four edges."""
    if edge is Edge.BIRTH:
        return birthdate
    attained = attain_months(birthdate, months)
    if edge is Edge.ATTAIN:
        return attained
    return attained + DAY if edge is Edge.TURN else attained - DAY


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day (calendar periods, not ages)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, last_day_of_month(year, month0 + 1)))


def fy(day: date) -> int:
    """Fiscal year (April to March) a day belongs to."""
    return day.year if day.month >= FIRST_FISCAL_MONTH else day.year - 1


def fy_start(year: int) -> date:
    """1 April of a fiscal year."""
    return date(year, 4, 1)


def fy_end(year: int) -> date:
    """31 March that ends a fiscal year."""
    return date(year + 1, 3, 31)


def fy_end_age(birthdate: date, year: int) -> int:
    """年度末年齢: the largest age attained by 31 March of the fiscal year.

    Cohorts therefore run from 2 April to 1 April.
    """
    return year + 1 - birthdate.year - ((birthdate.month, birthdate.day) > (4, 1))


def first_mar31(day: date) -> date:
    """First 31 March on or after the day."""
    return fy_end(fy(day))


def first_apr1(day: date) -> date:
    """First 1 April on or after the day."""
    this_year = date(day.year, 4, 1)
    return this_year if day <= this_year else date(day.year + 1, 4, 1)


def school_entry(birthdate: date) -> date:
    """Day of entering elementary school: first 1 April after attaining six (学校教育法17条)."""
    return first_apr1(turn(birthdate, SCHOOL_AGE))


def birthday_in(birthdate: date, year: int) -> date:
    """Birthday as cards and licences count it: 28 February in common years for 29 February.

    番号法・公的個人認証法の命令 and 道路交通法92条の2備考 say so in the same words.
    """
    if (birthdate.month, birthdate.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return birthdate.replace(year=year)


def nth_birthday(birthdate: date, issued: date, n: int) -> date:
    """The n-th birthday strictly after a day of issue."""
    passed = birthday_in(birthdate, issued.year) <= issued
    return birthday_in(birthdate, issued.year + n - 1 + passed)


def counted_day(event: date, days: int, *, count_first_day: bool) -> date:
    """Last of `days` days counted from an event.

    With `count_first_day` the event's day is day 1 (戸籍法43条); otherwise it is not counted
    (初日不算入, 民法140条).
    """
    return event + timedelta(days=days - count_first_day)


def gestation_day(expected: date, weeks: int, days: int = 0) -> date:
    """Day on which a pregnancy reaches `weeks` weeks and `days` days; 40w0d is the due date."""
    return expected - timedelta(days=PREGNANCY_DAYS - weeks * 7 - days)


def year_month_after(birthdate: date, years: int) -> date:
    """Last day of the birthday's calendar month `years` years later.

    児童手当法6条: a child born on the first of a month counts to the month of the birthday.
    """
    return end_of_month(date(birthdate.year + years, birthdate.month, 1))

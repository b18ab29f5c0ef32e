"""The key figures of a month, each with rows that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from portal.core.clock import TOKYO, now
from portal.core.db import read
from portal.core.errors import N_
from portal.insight.figures import EASY, FEWEST, SATISFIED

REGISTERED = """
SELECT to_char(created_at AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM'), count(*), count(*) FROM residents
 WHERE created_at < :end GROUP BY 1 ORDER BY 1
"""
# How many days each resident signed in on; an account that has gone since is in neither figure.
ACTIVE = """
WITH days AS (
  SELECT r.id, count(DISTINCT (a.at AT TIME ZONE 'Asia/Tokyo')::date) AS days
    FROM residents r LEFT JOIN audit_entries a ON a.subject_id = r.id::text
     AND a.subject_kind = 'resident' AND a.action = 'sign_in.completed'
     AND a.at >= :begin AND a.at < :end
   WHERE r.created_at < :end GROUP BY r.id)
SELECT CASE WHEN days = 0 THEN '0' WHEN days = 1 THEN '1' WHEN days < 5 THEN '2-4'
  ELSE '5-' END, count(*) FILTER (WHERE days > 0), count(*) FROM days GROUP BY 1 ORDER BY 1
"""
SEARCHERS = """
SELECT day::text, count(*) FILTER (WHERE NOT reached), count(*) FROM counted_visits
 WHERE day >= :first AND day < :after AND searched GROUP BY 1 ORDER BY 1
"""
ARRIVALS = """
SELECT day::text, count(*) FILTER (WHERE NOT reached), count(*) FROM counted_visits
 WHERE day >= :first AND day < :after AND arrival = 'search_engine' GROUP BY 1 ORDER BY 1
"""
FAVOURITES = """
SELECT kind, count(*), count(*) FROM favourites WHERE at < :end GROUP BY 1 ORDER BY 1
"""
CLICKS = """
SELECT day::text, sum(clicks)::int, count(*) FROM counted_visits
 WHERE day >= :first AND day < :after GROUP BY 1 ORDER BY 1
"""
SATISFACTION = """
SELECT satisfaction::text, count(*) FILTER (WHERE satisfaction >= :satisfied), count(*)
  FROM survey_answers
 WHERE day >= :first AND day < :after AND satisfaction IS NOT NULL GROUP BY 1 ORDER BY 1
"""
EASE = """
SELECT ease::text, count(*) FILTER (WHERE ease >= :easy), count(*) FROM survey_answers
 WHERE day >= :first AND day < :after GROUP BY 1 ORDER BY 1
"""
COMPLETION = """
SELECT flow, count(*) FILTER (WHERE flow = ANY (finished)), count(*)
  FROM counted_visits, unnest(started) flow
 WHERE day >= :first AND day < :after GROUP BY 1 ORDER BY 1
"""
Row = tuple[str, int, int]


@dataclass(frozen=True)
class Kpi:
    """A figure's name, what it means, the heads of its rows; `share`: part of whole, else a sum."""

    key: str
    title: str
    definition: str
    heads: tuple[str, str, str]
    sql: str
    share: bool = True
    fewest: int = 0  # below it nothing is shown


KPIS = (
    Kpi(
        "registered",
        N_("Registered IDs"),
        N_("Accounts made until the end of the month that still exist, by month."),
        (N_("Made in"), N_("Accounts"), N_("Of all")),
        REGISTERED,
        share=False,
    ),
    Kpi(
        "active",
        N_("Active in the month"),
        N_("Accounts that signed in within the month, of all; by number of days."),
        (N_("Days with a sign-in"), N_("Active"), N_("Of accounts")),
        ACTIVE,
    ),
    Kpi(
        "searchers",
        N_("Searched and did not reach anything"),
        N_("Of visits that searched (box or bot): those that saw no answer."),
        (N_("Day"), N_("Reached nothing"), N_("Visits that searched")),
        SEARCHERS,
    ),
    Kpi(
        "arrivals",
        N_("Came from a search engine and did not reach anything"),
        N_("Of visits from search engines: those that saw no answer."),
        (N_("Day"), N_("Reached nothing"), N_("Visits from search engines")),
        ARRIVALS,
    ),
    Kpi(
        "favourites",
        N_("Favourites"),
        N_("Favourites kept at the end of the month, by kind."),
        (N_("Kind"), N_("Favourites"), N_("Of all")),
        FAVOURITES,
        share=False,
    ),
    Kpi(
        "clicks",
        N_("Clicks that lead on"),
        N_("Openings of online procedures and of news, by day."),
        (N_("Day"), N_("Clicks"), N_("Counted visits")),
        CLICKS,
        share=False,
    ),
    Kpi(
        "satisfaction",
        N_("Satisfaction (CSAT)"),
        N_("Answers of 4 and 5 of all answers from 1 to 5; shown from five answers."),
        (N_("Answer"), N_("Satisfied"), N_("Answers given")),
        SATISFACTION,
        fewest=FEWEST,
    ),
    Kpi(
        "ease",
        N_("Ease (CES)"),
        N_("Answers of 5 to 7 of all answers from 1 to 7; shown from five answers."),
        (N_("Answer"), N_("Easy"), N_("Answers given")),
        EASE,
        fewest=FEWEST,
    ),
    Kpi(
        "completion",
        N_("Forms finished"),
        N_("Of visits that began a form: those that finished it."),
        (N_("Kind of form"), N_("Finished"), N_("Forms begun")),
        COMPLETION,
    ),
)


@dataclass(frozen=True)
class Value:
    """What a figure came to: `part` of `whole`, the sums of its rows."""

    kpi: Kpi
    rows: Sequence[Row]

    @property
    def part(self) -> int:
        return sum(row[1] for row in self.rows)

    @property
    def whole(self) -> int:
        return sum(row[2] for row in self.rows)

    @property
    def hidden(self) -> bool:
        """Too few answers: somebody could tell who said what."""
        return self.whole < self.kpi.fewest

    @property
    def shown(self) -> str:
        """A share with its parts, a number, or nothing."""
        if self.hidden or (self.kpi.share and not self.whole):
            return "–"
        if not self.kpi.share:
            return f"{self.part:,}"
        return f"{self.part / self.whole:.1%}"


def month_span(name: str) -> dict[str, Any]:
    """ "2026-10"; raises ValueError for what is none, or still to come."""
    begin = datetime.strptime(name, "%Y-%m").replace(tzinfo=TOKYO)
    after = (begin + timedelta(days=32)).replace(day=1)
    if begin > now():
        raise ValueError(name)
    first: date = begin.date()
    return {"begin": begin, "end": after, "first": first, "after": after.date()}


def value(kpi: Kpi, name: str) -> Value:
    """One figure of a month."""
    params = month_span(name) | {"satisfied": SATISFIED, "easy": EASY}
    found = read().execute(text(kpi.sql), params)
    return Value(kpi, [(str(row[0]), int(row[1] or 0), int(row[2])) for row in found])


def values(name: str) -> list[Value]:
    """All figures of a month."""
    return [value(kpi, name) for kpi in KPIS]


def find(key: str) -> Kpi | None:
    """The figure of this name."""
    return next((kpi for kpi in KPIS if kpi.key == key), None)

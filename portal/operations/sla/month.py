"""A month in Japan, and what the rows say of it: read once, judged elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal.core.clock import TOKYO, now
from portal.core.db import read, transaction
from portal.operations.incidents import keeping
from portal.operations.incidents.keeping import Told
from portal.operations.sla.records import SlaEntry
from portal.operations.sla.timeline import Seen, Timeline, timeline

LOOKS = """
SELECT floor(extract(epoch FROM at) / 60)::bigint, count(*) FILTER (WHERE ok), count(*) FROM probes
 WHERE at >= :begin AND at < :end GROUP BY 1
"""
REQUESTS = """
SELECT (extract(epoch FROM minute) / 60)::bigint, sum(count), sum(failed) FROM access_minutes
 WHERE minute >= :begin AND minute < :end AND face = 'resident' GROUP BY 1
"""
STOPS = """
SELECT starts_at, ends_at FROM planned_stops
 WHERE cancelled_at IS NULL AND ends_at > :begin AND starts_at < :end ORDER BY starts_at
"""
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Month:
    """A calendar month; `end` is now for the one that is running."""

    first: date
    begin: datetime
    end: datetime

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def fiscal_begin(self) -> datetime:
        """1 April before it."""
        year = self.first.year if self.first.month >= 4 else self.first.year - 1
        return datetime(year, 4, 1, tzinfo=TOKYO)

    @property
    def days(self) -> int:
        """Days that are wholly over."""
        return int((self.end - self.begin) / timedelta(days=1))

    @property
    def span(self) -> Mapping[str, Any]:
        return {"begin": self.begin, "end": self.end, "first": self.first}


def month_of(name: str) -> Month:
    """ "2026-10"; raises ValueError for what is none, or still to come."""
    first = datetime.strptime(name, "%Y-%m").replace(tzinfo=TOKYO)
    after = (first + timedelta(days=32)).replace(day=1)
    moment = now()
    if first > moment:
        raise ValueError(f"{name} is still to come")
    whole = moment.replace(second=0, microsecond=0)
    return Month(first.date(), first, min(after, whole.astimezone(TOKYO)))


def rows(sql: str, month: Month, **more: Any) -> Rows:
    """Rows of a statement about the month; none where the table is not there yet."""
    try:
        return [tuple(row) for row in read().execute(text(sql), dict(month.span) | more)]
    except ProgrammingError:
        return []


def seen(month: Month) -> Timeline:
    """Every minute of it."""
    requests = {minute: (int(n), int(failed)) for minute, n, failed in rows(REQUESTS, month)}
    found = {minute: Seen(0, 0, *two) for minute, two in requests.items()}
    none = (0, 0)
    for minute, good, looks in rows(LOOKS, month):
        found[minute] = Seen(good, looks, *requests.get(minute, none))
    stops = [(row[0], row[1]) for row in rows(STOPS, month)]
    return timeline(month.begin, month.end, found, stops)


def incidents(begin: datetime, end: datetime) -> list[Told]:
    """Those detected in a time, oldest first."""
    with transaction() as session:
        return keeping.between(session, begin, end)[::-1]


def entries(month: Month) -> dict[int, SlaEntry]:
    """The newest entry of each item."""
    found: dict[int, SlaEntry] = {}
    with transaction() as session:
        chosen = session.query(SlaEntry).filter(SlaEntry.month == month.first)
        for entry in chosen.order_by(SlaEntry.at, SlaEntry.id):
            found[entry.item] = entry
    return found


def grouped(found: Rows) -> dict[Any, Rows]:
    """By the first column."""
    groups: dict[Any, Rows] = defaultdict(list)
    for row in found:
        groups[row[0]].append(row[1:])
    return dict(groups)

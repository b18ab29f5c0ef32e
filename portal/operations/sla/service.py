"""Items about the running service: hours, stops, availability, answers in time, batches."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from portal.operations.sla.figures import Figure, percent, span
from portal.operations.sla.month import Month, rows
from portal.operations.sla.timeline import DOWN, MINUTE, PLANNED, UNKNOWN, UP, Span, Timeline

AVAILABLE, IN_TIME, MEASURED = 0.995, 0.95, 0.9
LONGEST_STOP, LONGEST_BATCH = timedelta(hours=24), timedelta(hours=2)
GAP = timedelta(minutes=5)
TIMES = """
SELECT (minute AT TIME ZONE 'Asia/Tokyo')::date AS day, sum(count), sum(count - over_3000),
  sum(under_100), sum(under_300), sum(under_1000), sum(under_3000), sum(over_3000)
  FROM access_minutes WHERE minute >= :begin AND minute < :end AND kind = :kind
 GROUP BY 1 ORDER BY 1
"""
RUNS = """
SELECT job, started_at, ended_at, ms, ok FROM job_runs
 WHERE started_at >= :begin AND started_at < :end AND job <> 'tick' ORDER BY ms DESC LIMIT 5000
"""
BACKUPS = """
SELECT 'backup ' || kind, started_at, ended_at,
  (extract(epoch FROM ended_at - started_at) * 1000)::bigint, outcome = 'done' FROM backup_runs
 WHERE started_at >= :begin AND started_at < :end AND ended_at IS NOT NULL
"""
ROUNDS = """
SELECT started_at, (counts->>'failed')::int FROM job_runs
 WHERE started_at >= :begin AND started_at < :end AND job = 'tick' ORDER BY started_at
"""
FIRST_ROUND = "SELECT min(started_at) FROM job_runs WHERE job = 'tick'"
DAY_HEADS = ("day", "up", "down", "planned", "unknown", "availability")
TIME_HEADS = ("day", "count", "in_time", "to_100", "to_300", "to_1000", "to_3000", "over_3000")


def online_hours(line: Timeline) -> Figure:
    """Item 1."""
    hours = {at: n for at, n in line.hours().items() if n[UP] or n[DOWN]}
    good = sum(1 for n in hours.values() if n[UP])
    found = [(at, n[UP], n[DOWN], n[PLANNED], n[UNKNOWN]) for at, n in line.hours().items()]
    heads = ("hour", "up", "down", "planned", "unknown")
    if not hours or line.measured < MEASURED:
        return Figure(percent(good, len(hours)) if hours else "", None, heads, found)
    return Figure(percent(good, len(hours)), good == len(hours), heads, found)


def stops(line: Timeline) -> Figure:
    """Item 3."""
    found = [(a, b, b - a) for a, b in line.spans(DOWN)]
    longest = line.longest_in_office_hours()
    met = longest <= LONGEST_STOP if line.measured >= MEASURED else None
    return Figure(span(longest), met, ("from", "until", "length"), found)


def availability(line: Timeline) -> Figure:
    """Item 4; the minutes that were not measured are said beside it."""
    found = [
        (day, n[UP], n[DOWN], n[PLANNED], n[UNKNOWN], _share(n[UP], n[UP] + n[DOWN]))
        for day, n in line.days().items()
    ]
    share = line.availability
    if share is None:
        return Figure("", None, DAY_HEADS, found)
    met = share >= AVAILABLE if line.measured >= MEASURED else None
    return Figure(percent(share, 1, 3), met, DAY_HEADS, found)


def in_time(month: Month, kind: str) -> Figure:
    """Items 5 to 7: answered within three seconds."""
    found = rows(TIMES, month, kind=kind)
    total, good = sum(row[1] for row in found), sum(row[2] for row in found)
    if not total:
        return Figure("", None, TIME_HEADS, found)
    return Figure(percent(good, total), good / total >= IN_TIME, TIME_HEADS, found)


def batch_time(month: Month) -> Figure:
    """Item 8."""
    found = sorted(rows(RUNS, month) + rows(BACKUPS, month), key=lambda row: -int(row[3] or 0))
    heads = ("job", "from", "until", "ms", "ok")
    if not found:
        return Figure("", None, heads)
    longest = timedelta(milliseconds=int(found[0][3]))
    return Figure(span(longest), longest <= LONGEST_BATCH, heads, found)


def rounds(month: Month, line: Timeline) -> tuple[Figure, Figure]:
    """Items 2 and 9: hours in which rounds ran, and rounds that ran as they should.

    Both count from the first round there ever was: before it there was no service.
    """
    [(first,)] = rows(FIRST_ROUND, month) or [(None,)]
    if first is not None:
        line = line.since(first)
    minutes = {row[0].replace(second=0, microsecond=0): row[1] or 0 for row in rows(ROUNDS, month)}
    hours = [at for at, n in line.hours().items() if n[PLANNED] < sum(n.values())]
    ran = Counter(at.replace(minute=0) for at in minutes)
    worked = [at for at in hours if at in ran]
    by_hour = [(at, ran[at]) for at in hours]
    if not minutes:
        return Figure("", None), Figure("", None)
    all_day = Figure(
        percent(len(worked), len(hours)), len(worked) == len(hours), ("hour", "rounds"), by_hour
    )
    gaps = _gaps(sorted(minutes), line)
    failed = [(at, at, "failed", n) for at, n in sorted(minutes.items()) if n]
    lost = sum(row[3] for row in gaps) + len(failed)
    due = len(line.states) - line.count(PLANNED)
    heads = ("from", "until", "what", "count")
    value = percent(max(due - lost, 0), due) if due else ""
    return all_day, Figure(value, lost == 0 if due else None, heads, [*gaps, *failed])


def _gaps(minutes: list[datetime], line: Timeline) -> list[tuple[Any, ...]]:
    """Stretches of more than five minutes without a round, less planned time."""
    ends = [line.begin - MINUTE, *minutes, line.begin + len(line.states) * MINUTE]
    found: list[tuple[Any, ...]] = []
    planned = line.spans(PLANNED)
    for before, after in itertools.pairwise(ends):
        gap = after - before - MINUTE
        if gap > GAP:
            gap -= _within(planned, before, after)
        if gap > GAP:
            found.append((before, after, "gap", int(gap / MINUTE)))
    return found


def _within(spans: list[Span], begin: datetime, end: datetime) -> timedelta:
    parts = (min(last, end) - max(first, begin) for first, last in spans)
    return sum((part for part in parts if part > timedelta()), timedelta())


def _share(part: int, whole: int) -> str:
    return percent(part, whole, 3) if whole else ""

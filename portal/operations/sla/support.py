"""Items about people who run the service: incidents, deadlines, tickets, entered parameters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.core.clock import in_tokyo, now
from portal.operations.incidents.keeping import Told
from portal.operations.incidents.rules import Deadline
from portal.operations.sla.figures import Figure, percent, span
from portal.operations.sla.month import Month, rows

KEPT = 0.95
NOT_OURS = ("outside", "disaster")
WITHIN = timedelta(hours=48)
TICKETS = """
SELECT number, kind, topic, created_at, answered_at, closed_at FROM tickets
 WHERE created_at >= :begin AND created_at < :end ORDER BY created_at
"""
REVISIONS = """
SELECT 'catalogue', key, live_on, live_at, state FROM catalogue_revisions
 WHERE live_on >= :first AND live_on < (:end AT TIME ZONE 'Asia/Tokyo')::date
   AND approved_at IS NOT NULL ORDER BY live_on
"""
HEADS = ("detected", "title", "cause", "due", "done", "state")


def faults(year: list[Told]) -> tuple[Figure, Figure]:
    """Items 12 and 13, counted from 1 April."""
    ours = [one for one in year if one.incident.cause not in NOT_OURS]
    human = [one for one in ours if one.incident.cause == "human"]
    return _count(ours, 3), _count(human, 1)


def _count(found: list[Told], fewer_than: int) -> Figure:
    listed = [(i.detected_at, i.title, i.cause) for i in (one.incident for one in found)]
    return Figure(str(len(found)), len(found) < fewer_than, HEADS[:3], listed)


def deadline(month: list[Told], kind: str) -> tuple[Figure, Figure]:
    """The longest it took, and how often it was in time. Without a case both are met."""
    lines = [(one, d) for one in month for d in one.deadlines if d.kind == kind]
    judged = [(one, d) for one, d in lines if d.state != "waiting"]
    listed = [_row(one, d) for one, d in lines]
    if not judged:
        return Figure("0", True, HEADS, listed), Figure("0", True, HEADS, listed)
    took = [(d.done or now()) - _base(one, d) for one, d in judged]
    kept = sum(d.state == "kept" for _, d in judged)
    longest = Figure(span(max(took)), kept == len(judged), HEADS, listed)
    return longest, Figure(percent(kept, len(judged)), kept / len(judged) >= KEPT, HEADS, listed)


def _base(one: Told, line: Deadline) -> datetime:
    """Restoring is late by what passed since the agreed time, the others by what they took."""
    return (
        min(line.due, line.done or now()) if line.kind == "restored" else one.incident.detected_at
    )


def _row(one: Told, line: Deadline) -> tuple[Any, ...]:
    incident = one.incident
    return (incident.detected_at, incident.title, incident.cause, line.due, line.done, line.state)


def answers(month: Month, told: list[Told]) -> tuple[Figure, Figure]:
    """Items 19 and 20: incidents and tickets."""
    found: list[tuple[Any, ...]] = []
    for one in told:
        for line in (d for d in one.deadlines if d.kind == "answer"):
            found.append((one.incident.title, one.incident.detected_at, line.done, line.state))
    for number, _, _, created, answered, closed in rows(TICKETS, month):
        done = answered or closed
        found.append((number, created, done, _state(created, done)))
    heads = ("case", "from", "done", "state")
    judged = [row for row in found if row[3] != "waiting"]
    if not judged:
        return Figure("0", True, heads, found), Figure("0", True, heads, found)
    kept = sum(row[3] == "kept" for row in judged)
    longest = max((row[2] or now()) - row[1] for row in judged)
    return (
        Figure(span(longest), kept == len(judged), heads, found),
        Figure(percent(kept, len(judged)), kept / len(judged) >= KEPT, heads, found),
    )


def _state(created: datetime, done: datetime | None) -> str:
    if done is None:
        return "missed" if now() - created > WITHIN else "waiting"
    return "kept" if done - created <= WITHIN else "late"


def requests(month: Month) -> Figure:
    """Item 11: what clerks asked for."""
    found = [row for row in rows(TICKETS, month) if row[1] == "staff"]
    heads = ("number", "kind", "topic", "from", "answered", "closed")
    due = [row for row in found if row[4] or row[5] or now() - row[3] > WITHIN]
    return _share(due, [row for row in due if row[4] or row[5]], heads, found)


def parameters(month: Month) -> Figure:
    """Item 10: revisions of the catalogue that were due."""
    found = rows(REVISIONS, month)
    done = [row for row in found if row[3] and in_tokyo(row[3]).date() <= row[2]]
    return _share(found, done, ("what", "id", "due", "done", "state"), found)


def _share(due: list[Any], done: list[Any], heads: Iterable[str], found: list[Any]) -> Figure:
    if not due:
        return Figure("0", True, tuple(heads), found)
    return Figure(percent(len(done), len(due)), len(done) == len(due), tuple(heads), found)

"""Finding entries of the audit log: by clerk, by resident, by action, by day; newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from portal.core.clock import TOKYO
from portal.core.db import rows

MOST = 50  # on a page


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is None does not matter. Days are Japan's, both included."""

    first: date
    last: date
    staff_id: UUID | None = None
    resident_id: UUID | None = None
    people: Sequence[UUID] = ()  # the resident's cards
    topic: str | None = None  # what stands before the dot of the action
    before: UUID | None = None  # further back than this entry


@dataclass(frozen=True)
class Entry:
    """One entry as pages and files show it."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_kind: str | None
    subject_id: str | None
    request_id: str | None
    details: dict[str, Any]


COLUMNS = "id, at, actor_kind, actor_id, action, subject_kind, subject_id, request_id, details"
BASE = f"SELECT {COLUMNS} FROM audit_entries WHERE at >= %(since)s AND at < %(until)s"  # noqa: S608
CONDITIONS = {
    "staff_id": " AND actor_kind = 'staff' AND actor_id = %(staff_id)s",
    "resident_id": " AND ((actor_kind = 'resident' AND actor_id = %(resident_id)s)"
    " OR (subject_kind = 'resident' AND subject_id = %(resident_id)s::text)"
    " OR (subject_kind = 'person' AND subject_id = ANY(%(people)s)))",
    "topic": " AND starts_with(action, %(topic)s || '.')",
    "before": " AND id < %(before)s",
}


def search(wanted: Wanted, most: int = MOST) -> tuple[list[Entry], bool]:
    """Up to `most` entries, and whether there are further ones."""
    sql = BASE + "".join(c for name, c in CONDITIONS.items() if getattr(wanted, name) is not None)
    values = {
        "since": beginning_of(wanted.first),
        "until": beginning_of(wanted.last + timedelta(days=1)),
        "staff_id": wanted.staff_id,
        "resident_id": wanted.resident_id,
        "people": [str(one) for one in wanted.people],
        "topic": wanted.topic,
        "before": wanted.before,
        "most": most + 1,
    }
    found = [Entry(*row) for row in rows(sql + " ORDER BY id DESC LIMIT %(most)s", values)]
    return found[:most], len(found) > most


def beginning_of(day: date) -> datetime:
    """Midnight in Japan."""
    return datetime.combine(day, time(), TOKYO)

"""Writes the rows of runs over the backup's own connection, also when the application is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg.types.json import Jsonb

from portal.core import audit
from portal.core.clock import now, today
from portal.core.ids import new_id
from portal.operations.backups.wal import Shipped

log = structlog.get_logger(__name__)
Database = psycopg.Connection[Any]

ACTIONS = {
    "base": "backup.made",
    "verify": "backup.verified",
    "restore": "backup.restored",
    "drill": "backup.drilled",
}
LOCK = 0x4D41424B  # advisory lock: one backup at a time in the city


@dataclass(slots=True)
class Run:
    """What a run tells about itself while it lasts."""

    id: UUID
    kind: str
    by: str
    generation: str | None = None
    bytes: int = 0
    figures: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recorded(db: Database, kind: str, started_by: str) -> Iterator[Run]:
    """A row from beginning to end; a fault stands in it, is logged, and goes on."""
    run = Run(new_id(), kind, started_by)
    db.execute(
        "INSERT INTO backup_runs (id, kind, started_by, started_at, outcome, bytes, figures) "
        "VALUES (%s, %s, %s, %s, 'running', 0, '{}')",
        [run.id, kind, started_by, now()],
    )
    try:
        yield run
    except BaseException as fault:
        log.error("backups.failed", kind=kind, fault=str(fault)[:300])
        _end(db, run, "failed", f"{type(fault).__name__}: {fault}"[:1000])
        raise
    _end(db, run, "done", None)


def _end(db: Database, run: Run, outcome: str, fault: str | None) -> None:
    """The row's end and its entry in the log, together."""
    subject = ("backup_run", run.id)
    said: dict[str, Any] = {"outcome": outcome, "by": run.by, "generation": run.generation}
    with db.transaction():
        db.execute(
            "UPDATE backup_runs SET outcome = %s, fault = %s, ended_at = %s, generation = %s, "
            "bytes = %s, figures = %s WHERE id = %s",
            [outcome, fault, now(), run.generation, run.bytes, Jsonb(run.figures), run.id],
        )
        db.execute(audit.INSERT, audit.entry(ACTIONS[run.kind], subject, **said))


def kept(db: Database, generation: str, names: list[str]) -> None:
    """What lies on the target after the oldest went: staff read it from the row."""
    db.execute(
        "UPDATE backup_runs SET figures = figures || %s WHERE kind = 'base' AND generation = %s",
        [Jsonb({"kept": names}), generation],
    )


def times(db: Database) -> tuple[datetime | None, datetime | None, datetime | None]:
    """(start of the last good base backup, of the last tried one, last shipping of the log)."""
    found = db.execute(
        "SELECT max(started_at) FILTER (WHERE outcome = 'done'), max(started_at), "
        "(SELECT max(last_at) FROM backup_wal_days) FROM backup_runs WHERE kind = 'base'"
    ).fetchone()
    return found or (None, None, None)


def beat(db: Database) -> None:
    """Something to ship each time: the age of the newest row on the target is the RPO."""
    db.execute(
        "INSERT INTO backup_wal_days VALUES (%s, 0, 0, %s, 0, 0, NULL) "
        "ON CONFLICT (day) DO UPDATE SET longest_gap_seconds = greatest("
        "backup_wal_days.longest_gap_seconds, "
        "extract(epoch FROM excluded.last_at - backup_wal_days.last_at)::int), "
        "last_at = excluded.last_at",
        [today(), now()],
    )


def shipped(db: Database, done: Shipped) -> None:
    """Adds to the day's figures."""
    db.execute(
        "UPDATE backup_wal_days SET segments = segments + %s, bytes = bytes + %s WHERE day = %s",
        [done.segments, done.bytes, today()],
    )


def not_shipped(db: Database, fault: Exception) -> None:
    """The day's row says so; the next tick tries again."""
    log.error("backups.log_not_shipped", fault=str(fault)[:300])
    db.execute(
        "UPDATE backup_wal_days SET faults = faults + 1, last_fault = %s WHERE day = %s",
        [str(fault)[:1000], today()],
    )

"""Runs of jobs as rows: when one began and ended, whether it went well, what it counted.

The tick's round is a row each minute: that is how the city shows that nothing was left out. A
single tick has a row of its own where it did something, took long, failed, or is well again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Integer, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey, rows, transaction

ROUND = "tick"  # the row of a whole round
LONG = 1_000  # milliseconds that are worth a row
KEPT = timedelta(days=400)  # a year's report, and a month to write it
NEWEST = """
SELECT DISTINCT ON (job) job, ok FROM job_runs
 WHERE started_at > %(since)s AND job <> %(round)s ORDER BY job, started_at DESC, id DESC
"""


class JobRun(Base):
    """One run. `error` is the kind of fault, never its words: they may hold somebody's data."""

    __tablename__ = "job_runs"
    __table_args__ = (Index(None, "job", "started_at"), Index(None, "started_at"))

    id: Mapped[IdKey]
    job: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    ms: Mapped[int] = mapped_column(Integer)
    ok: Mapped[bool]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]


@dataclass
class Run:
    """A run under way; the job may put numbers into `counts`."""

    job: str
    started_at: datetime
    counts: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    ms: int = 0

    @property
    def worth_a_row(self) -> bool:
        return bool(self.error or any(self.counts.values()) or self.ms >= LONG)

    def count(self, result: object) -> None:
        """What a job returned: a number, or numbers by name."""
        if isinstance(result, int) and not isinstance(result, bool):
            self.counts = {"done": result}
        elif isinstance(result, Mapping):
            self.counts = {str(k): int(v) for k, v in result.items() if isinstance(v, int)}


@contextmanager
def timed(job: str) -> Iterator[Run]:
    """A run that writes nothing yet; a fault is noted and raised."""
    run, began = Run(job, now()), time.perf_counter()
    try:
        yield run
    except BaseException as error:
        run.error = type(error).__name__
        raise
    finally:
        run.ms = round((time.perf_counter() - began) * 1000)


@contextmanager
def recorded(job: str) -> Iterator[Run]:
    """A run that is a row however it ends: batches and commands.

    `with recorded("backup") as run: run.counts["bytes"] = …`
    """
    run = Run(job, now())
    try:
        with timed(job) as run:
            yield run
    finally:
        with transaction() as session:
            keep(session, run)


def keep(session: Session, *runs: Run) -> None:
    """Write the rows."""
    session.add_all(
        JobRun(
            job=run.job,
            started_at=run.started_at,
            ended_at=run.started_at + timedelta(milliseconds=run.ms),
            ms=run.ms,
            ok=run.error is None,
            counts=run.counts,
            error=run.error,
        )
        for run in runs
    )


def failing() -> set[str]:
    """Jobs whose newest row of two days says that they failed."""
    values = {"since": now() - timedelta(days=2), "round": ROUND}
    return {job for job, ok in rows(NEWEST, values) if not ok}


def sweep() -> None:
    """Tick: rows of long ago go."""
    with transaction() as session:
        session.execute(delete(JobRun).where(JobRun.started_at < now() - KEPT))

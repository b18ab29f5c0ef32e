"""Jobs are doorbells: ids only, rung after commit, harmless twice; a tick re-rings the lost."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, current_app
from redis import Redis, RedisError
from rq import Queue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core import changes, job_runs
from portal.core.db import after_commit, database, transaction
from portal.core.job_runs import Run
from portal.core.queue_url import connect
from portal.core.registries import registries
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

# Interactive work (codes, bot answers) before bulk work (fan-out), ticks last.
QUEUES = ("now", "bulk", "tick")
TICK_LOCK = 0x4D41444F  # advisory lock number: one tick at a time, whoever rings


def install(app: Flask, settings: Settings) -> None:
    """Give the application its queue connection (opened on first use); count what changes data."""
    changes.install(app)
    app.extensions["mado.redis"] = connect(settings.REDIS_URL)


def redis() -> Redis:
    """The queue's connection."""
    found: Redis = current_app.extensions["mado.redis"]
    return found


def ring(session: Session, job: str, *ids: object, queue: str = "now") -> None:
    """After this transaction commits, ask a worker to call `job` ("package.module.function").

    A lost ring loses nothing: the row is the work and a tick finds it again.
    """
    after_commit(session, lambda: ring_now(job, *ids, queue=queue))


def ring_now(job: str, *ids: object, queue: str = "now") -> None:
    """Ring without a transaction (from ticks and jobs)."""
    try:
        Queue(queue, connection=redis()).enqueue(
            run, job, *map(str, ids), result_ttl=0, failure_ttl=86_400, job_timeout=600
        )
    except RedisError as error:
        log.warning("jobs.ring_lost", job=job, error=type(error).__name__)


def run(job: str, *ids: str) -> None:
    """What a worker executes: resolve the name and call it with ids, inside the application."""
    module, _, name = job.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    try:
        with job_runs.timed(job) as ran, changes.doing(job):
            function(*ids)
    except Exception:  # a row for those who are on call; RQ keeps the rest
        _keep([ran])
        raise
    finally:
        changes.keep()


def _keep(runs: list[Run]) -> None:
    """Rows about runs must not be why a job fails."""
    try:
        with transaction() as session:
            job_runs.keep(session, *runs)
    except SQLAlchemyError as error:
        log.warning("jobs.run_unkept", error=type(error).__name__)


def tick() -> None:
    """Call every registered tick; a second scheduler's ring meanwhile does nothing."""
    with database().engine.connect() as connection:
        locked = connection.execute(
            text("SELECT pg_try_advisory_lock(:n)"), {"n": TICK_LOCK}
        ).scalar()
        connection.commit()
        if not locked:
            return
        try:
            _round()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": TICK_LOCK})
            connection.commit()


def _round() -> None:
    """All ticks, one after the other, and rows of what they did."""
    with job_runs.timed(job_runs.ROUND) as whole:
        ill = job_runs.failing()
        runs = [_one_tick(name, call) for name, call in registries().ticks]
    failed = [run for run in runs if run.error]
    whole.counts = {"ticks": len(runs), "failed": len(failed)}
    changes.keep()
    _keep([whole, *(run for run in runs if run.worth_a_row or run.job in ill)])


def _one_tick(name: str, call: Callable[[], object]) -> Run:
    try:
        with job_runs.timed(name) as run, changes.doing(f"tick {name}"):
            run.count(call())
    except Exception:  # one broken tick must not stop the others
        log.exception("jobs.tick_failed", tick=name)
    return run

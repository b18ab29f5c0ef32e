"""The batch: goes over a source page by page, each with its own row and transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select, text

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import database, read, transaction
from portal.core.outgoing import Unreachable
from portal.guide.city_pages import pages_kept, runs
from portal.guide.city_pages.found import UnreadableSource
from portal.guide.city_pages.listing import listing_of
from portal.guide.city_pages.models import PageRun, PageRunItem, PageSource
from portal.guide.city_pages.reading import Busy, Website, later

log = structlog.get_logger(__name__)

LOCK = 0x50414745  # first half of the advisory lock of a source: one run at a time
SLICE = 300.0  # seconds a job works before it lets others to the queue
PATIENCE = 5  # pages in a row without an answer: the website is away
REST = timedelta(minutes=10)
AWAY = ("no_answer", "slow", "no_such_host", "robots_away")


@dataclass(frozen=True)
class Outcome:
    """How a piece of work ended: finished, paused (asked to wait), more (to be gone on), held."""

    state: str
    run_id: UUID | None = None


def work(source_id: str) -> None:
    """The job of a worker: one slice, then it rings for the next."""
    if run_source(UUID(source_id), seconds=SLICE).state == "more":
        jobs.ring_now("portal.guide.city_pages.importing.work", source_id, queue="bulk")


def sweep() -> int:
    """A tick: ring for the sources that are due or were interrupted. Returns rings."""
    due = read().execute(select(PageSource.id).where(PageSource.active, PageSource.due_at <= now()))
    ids = [row.id for row in due]
    for each in ids:
        jobs.ring_now("portal.guide.city_pages.importing.work", each, queue="bulk")
    with transaction() as session:
        runs.sweep_old(session)
    return len(ids)


def run_source(source_id: UUID, *, seconds: float | None = None) -> Outcome:
    """Go over a source, on with an interrupted run if there is one."""
    with _alone(source_id) as mine:
        if not mine:
            return Outcome("held")
        with transaction() as session:
            source = session.get_one(PageSource, source_id)
            open_run = runs.unfinished(session, source_id)
        site = Website(
            current_app.extensions["mado.settings"], tuple(source.hosts), source.delay_ms / 1000
        )
        run = open_run or _begin(source, site)
        if run is None:
            return Outcome("paused")
        if run.finished_at is None:
            return Outcome(_go_over(source, site, run, seconds), run.id)
        return Outcome("finished", run.id)


def _begin(source: PageSource, site: Website) -> PageRun | None:
    """Ask what there is; None when the website wants us later."""
    try:
        listing = listing_of(source, site)
    except Busy as busy:
        _rest(source.id, busy.wait)
        return None
    except (Unreachable, UnreadableSource) as error:
        log.warning("pages.listing_failed", source=str(source.id), reason=error.reason)
        with transaction() as session:
            held = session.get_one(PageSource, source.id)
            return runs.begin_failed(session, held, error.reason)
    with transaction() as session:
        return runs.begin(session, session.get_one(PageSource, source.id), listing)


def _go_over(source: PageSource, site: Website, run: PageRun, seconds: float | None) -> str:
    started, silent = time.monotonic(), 0
    for item_id in _left(run.id):
        if seconds is not None and time.monotonic() - started > seconds:
            return "more"
        try:
            reason = pages_kept.look_at(source, site, item_id)
        except Busy as busy:
            _rest(source.id, busy.wait)
            return "paused"
        silent = silent + 1 if reason in AWAY else 0
        if silent >= PATIENCE:
            _rest(source.id, REST)
            return "paused"
    with transaction() as session:
        held = session.get_one(PageSource, source.id)
        runs.finish(session, held, session.get_one(PageRun, run.id))
    return "finished"


def _left(run_id: UUID) -> list[UUID]:
    """Rows still to be worked on, in the order of the list."""
    found = read().execute(
        select(PageRunItem.id)
        .where(PageRunItem.run_id == run_id, PageRunItem.outcome.is_(None))
        .order_by(PageRunItem.id)
    )
    return [row.id for row in found]


def _rest(source_id: UUID, wait: timedelta) -> None:
    with transaction() as session:
        session.get_one(PageSource, source_id).due_at = later(wait)


@contextmanager
def _alone(source_id: UUID) -> Iterator[bool]:
    """Whether nobody else is at this source. The lock ends with its connection, so with us."""
    values = {"a": LOCK, "b": str(source_id)}
    with database().engine.connect() as connection:
        asked = text("SELECT pg_try_advisory_lock(:a, hashtext(:b))")
        mine = bool(connection.execute(asked, values).scalar())
        connection.commit()
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:a, hashtext(:b))"), values)
                connection.commit()

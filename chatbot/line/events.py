"""Works stored LINE events in batches: each once, late ones again, contents dropped after."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chatbot.line import bell, talk
from chatbot.line.heard import GIVE_UP, Heard, keep_talks, with_talks
from chatbot.line.models import LineEvent
from chatbot.tuning import log as questions
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.registries import registries

log = structlog.get_logger(__name__)

CLAIM_FOR = timedelta(seconds=30)
MOST_TRIES = 5
KEEP = timedelta(days=7)  # ids only, for dedupe of redelivered events
BATCH = 40
# Most of an answer is waiting for LINE; more threads than this only wait for each other.
THREADS = 6
# After so long other work of the queue (sign-in codes) has its turn.
TURN_SECONDS = 5.0

Worker = Callable[[Heard], None]


@dataclass(frozen=True)
class Outcome:
    """How an event ended: done (error names why it was given up), or to be tried again."""

    heard: Heard
    error: str | None = None
    again_after: float | None = None


def drain() -> None:
    """Work everything that is due. Harmless twice: rows are claimed, locked ones skipped."""
    bell.heard()
    ends = time.monotonic() + TURN_SECONDS
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="line") as threads:
        while rows := _claim():
            _work(app, threads, rows)
            if time.monotonic() > ends:
                bell.ring()
                return


def sweep() -> int:
    """Ring when something is due and not done; forget old ids. Returns how many are due."""
    with transaction() as session:
        session.execute(
            LineEvent.__table__.delete().where(  # type: ignore[attr-defined]
                LineEvent.received_at < now() - KEEP
            )
        )
    due = read().execute(
        select(LineEvent.id)
        .where(LineEvent.done_at.is_(None), LineEvent.next_try_at <= now())
        .limit(500)
    )
    number = len(due.all())
    if number:
        bell.ring()
    return number


def forget_message(heard: Heard) -> None:
    """The sender took a message back: what we stored of it goes (LINE asks for this)."""
    unsend = heard.event.get("unsend")
    message_id = str(unsend.get("messageId", "")) if isinstance(unsend, dict) else ""
    with transaction() as session:
        session.execute(
            update(LineEvent)
            .where(LineEvent.message_id == message_id, LineEvent.kind != "unsend")
            .values(payload=None, done_at=now())
        )


def _workers(kind: str) -> list[Worker]:
    own: dict[str, Worker] = {
        "message": talk.hear,
        "postback": talk.hear_postback,
        "follow": talk.greet,
        "unsend": forget_message,
    }
    plugged = registries().webhook.get(kind)
    tell: list[Worker] = [lambda heard: plugged(heard.event)] if plugged else []
    return [*tell, *([own[kind]] if kind in own else [])]


def _work(app: Flask, threads: ThreadPoolExecutor, rows: list[LineEvent]) -> None:
    """One batch: talks are worked beside each other, the events of one talk in their order."""
    heard = with_talks(rows)
    passed = _overtaken(heard)
    talks: dict[str, list[Heard]] = {}
    for one in heard:
        if one.event_id not in passed:
            talks.setdefault(one.user or one.event_id, []).append(one)

    def in_order(events: list[Heard]) -> list[Outcome]:
        with app.app_context():
            return [_outcome(one) for one in events]

    outcomes = [one for many in threads.map(in_order, talks.values()) for one in many]
    outcomes += [Outcome(one, "Overtaken") for one in heard if one.event_id in passed]
    _finish(outcomes)
    questions.keep(heard[0].notes)


def _outcome(heard: Heard) -> Outcome:
    try:
        for worker in _workers(heard.kind):
            worker(heard)
    except TryLater as trouble:
        wait = 2.0 if trouble.after is None else trouble.after
        ends = heard.happened_at + GIVE_UP
        if now() + timedelta(seconds=wait) < ends and heard.tries < MOST_TRIES:
            return Outcome(heard, type(trouble).__name__, wait)
        return Outcome(heard, type(trouble).__name__)
    except NeverAgain as trouble:
        return Outcome(heard, type(trouble).__name__)
    except Exception as trouble:
        # An event of a shape nobody foresaw spoils no other, and must not come back for a week.
        # Only where it broke goes into the log: a whole traceback would hold the event's words.
        place = traceback.extract_tb(trouble.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        log.error("line.event_broke", error=type(trouble).__name__, kind=heard.kind, at=where)
        again = CLAIM_FOR.total_seconds() if heard.tries < MOST_TRIES else None
        return Outcome(heard, "Bug", again)
    return Outcome(heard)


def _overtaken(heard: Iterable[Heard]) -> set[str]:
    """Events that a later one made void: LINE keeps no order when it delivers again.

    A message whose taking back came first, and a block or follow older than the last one told.
    """
    about = {one.event_id: one for one in heard if one.kind in VOIDABLE}
    if not about:
        return set()
    mine, later = LineEvent.__table__.alias("mine"), LineEvent.__table__.alias("later")
    taken_back = (mine.c.kind == "message") & (later.c.kind == "unsend")
    # LINE's ids are ULIDs: they sort by the time of the event.
    newer = later.c.kind.in_(FRIENDSHIP) & (later.c.id > mine.c.id)
    found = read().execute(
        select(mine.c.id)
        .join(later, later.c.message_id == mine.c.message_id)
        .where(mine.c.id.in_(about), taken_back | (mine.c.kind.in_(FRIENDSHIP) & newer))
    )
    return {row.id for row in found}


FRIENDSHIP = ("follow", "unfollow")
VOIDABLE = ("message", *FRIENDSHIP)


def _claim() -> list[LineEvent]:
    due = (
        select(LineEvent.id)
        .where(LineEvent.done_at.is_(None), LineEvent.next_try_at <= now())
        .order_by(LineEvent.next_try_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    with transaction() as session:
        rows = session.scalars(
            update(LineEvent)
            .where(LineEvent.id.in_(due))
            .values(tries=LineEvent.tries + 1, next_try_at=now() + CLAIM_FOR)
            .returning(LineEvent)
        ).all()
    return list(rows)


def _finish(outcomes: list[Outcome]) -> None:
    """One transaction for the batch; the usual ending is one statement for all."""
    ended: dict[str | None, list[str]] = {}
    with transaction() as session:
        for one in outcomes:
            if one.again_after is None:
                ended.setdefault(one.error, []).append(one.heard.event_id)
            else:
                _retry(session, one)
        for error, ids in ended.items():
            session.execute(
                update(LineEvent)
                .where(LineEvent.id.in_(ids))
                .values(done_at=now(), error=error, payload=None)
            )
        keep_talks(session, (one.heard for one in outcomes))
    log.info("line.events_done", number=sum(map(len, ended.values())))


def _retry(session: Session, outcome: Outcome) -> None:
    wait = timedelta(seconds=outcome.again_after or 0)
    session.execute(
        update(LineEvent)
        .where(LineEvent.id == outcome.heard.event_id)
        .values(next_try_at=now() + wait, error=outcome.error)
    )

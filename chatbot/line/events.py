"""Works stored LINE events: each once, late ones again by the tick, contents dropped after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update

from chatbot.line import talk
from chatbot.line.models import LineEvent
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.registries import registries

log = structlog.get_logger(__name__)

CLAIM_FOR = timedelta(seconds=30)
# A reply token is dead 20 minutes after its event whatever happens (LINE, "Reply token").
GIVE_UP = timedelta(minutes=20)
MOST_TRIES = 5
KEEP = timedelta(days=7)  # ids only, for dedupe of redelivered events

Worker = Callable[[dict[str, Any]], None]


def work(event_id: str) -> None:
    """Answer or note one event. Harmless twice: it is claimed by a conditional update."""
    event = _claim(event_id)
    if event is None or event.payload is None:
        return
    error = None
    try:
        for worker in _workers(event.kind):
            worker(event.payload)
    except TryLater as trouble:
        if now() - _when(event) < GIVE_UP and event.tries < MOST_TRIES:
            _retry(event_id, trouble)
            return
        error = type(trouble).__name__
    except NeverAgain as trouble:
        error = type(trouble).__name__
    except Exception:
        # An event of a shape nobody foresaw must not come back every minute for a week.
        if event.tries >= MOST_TRIES:
            _finish(event_id, "Bug")
        raise
    _finish(event_id, error)


def _workers(kind: str) -> list[Worker]:
    own: dict[str, Worker] = {
        "message": talk.hear,
        "postback": talk.hear_postback,
        "follow": talk.greet,
        "unsend": forget_message,
    }
    plugged = registries().webhook.get(kind)
    return [w for w in (plugged, own.get(kind)) if w is not None]


def forget_message(event: dict[str, Any]) -> None:
    """The sender took a message back: what we stored of it goes (LINE asks for this)."""
    message_id = str(event.get("unsend", {}).get("messageId", ""))
    with transaction() as session:
        session.execute(
            update(LineEvent)
            .where(LineEvent.message_id == message_id)
            .values(payload=None, done_at=now())
        )


def sweep() -> int:
    """Ring again what is due and not done; forget old ids. Returns how many rings."""
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
    ids = [row.id for row in due]
    for event_id in ids:
        jobs.ring_now("chatbot.line.events.work", event_id)
    return len(ids)


def _claim(event_id: str) -> LineEvent | None:
    with transaction() as session:
        return session.execute(
            update(LineEvent)
            .where(
                LineEvent.id == event_id,
                LineEvent.done_at.is_(None),
                LineEvent.next_try_at <= now(),
            )
            .values(tries=LineEvent.tries + 1, next_try_at=now() + CLAIM_FOR)
            .returning(LineEvent)
        ).scalar_one_or_none()


def _retry(event_id: str, trouble: TryLater) -> None:
    wait = timedelta(seconds=2 if trouble.after is None else trouble.after)
    with transaction() as session:
        session.execute(
            update(LineEvent)
            .where(LineEvent.id == event_id)
            .values(next_try_at=now() + wait, error=type(trouble).__name__)
        )


def _finish(event_id: str, error: str | None) -> None:
    with transaction() as session:
        session.execute(
            update(LineEvent)
            .where(LineEvent.id == event_id)
            .values(done_at=now(), error=error, payload=None)
        )
    log.info("line.event_done", error=error)


def _when(event: LineEvent) -> datetime:
    stamp = (event.payload or {}).get("timestamp")
    if isinstance(stamp, (int, float)):
        return datetime.fromtimestamp(stamp / 1000, UTC)
    return event.received_at

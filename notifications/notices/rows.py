"""The rows of a batch and what can be recorded about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.orm import Session

from notifications.notices.models import Batch, Delivery, Notice
from portal.core import jobs
from portal.core.clock import now
from portal.core.ids import new_id

DELIVER = "notifications.notices.delivering.deliver"


def of_batch(batch: Batch) -> ColumnElement[bool]:
    """Deliveries that belong to this batch."""
    return and_(
        Delivery.notice_id == batch.notice_id,
        Delivery.channel == batch.channel,
        Delivery.language == batch.language,
        Delivery.part == batch.part,
    )


def not_paused(notice_id: Any) -> ColumnElement[bool]:
    """Nobody holds the notice of this column (or id) back."""
    return exists().where(Notice.id == notice_id, Notice.paused_at.is_(None))


def still_open() -> ColumnElement[bool]:
    """Deliveries neither sent nor failed."""
    return and_(Delivery.sent_at.is_(None), Delivery.failed_at.is_(None))


def mark(
    session: Session, batch: Batch, residents: Iterable[UUID] | None, **outcome: object
) -> int:
    """Record an outcome on open rows of the batch (None: all of them); gives how many."""
    chosen = and_(of_batch(batch), still_open())
    if residents is not None:
        chosen = and_(chosen, Delivery.resident_id.in_(list(residents)))
    done = session.execute(update(Delivery).where(chosen).values(**outcome))
    return int(done.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, batch: Batch, *, error: str | None = None, **more: object) -> None:
    """The batch needs no further ring."""
    session.execute(
        update(Batch).where(Batch.id == batch.id).values(done_at=now(), error=error, **more)
    )


def try_again(session: Session, batch: Batch, error: str, wait: timedelta) -> None:
    """The batch is due again after `wait`; the tick rings it, or we do when it is soon."""
    session.execute(
        update(Batch)
        .where(Batch.id == batch.id, Batch.done_at.is_(None))
        .values(next_try_at=now() + wait, error=error)
    )


def move(session: Session, batch: Batch, residents: Iterable[UUID], channel: str) -> UUID | None:
    """Put open rows of the batch into a new one of `channel`, with its own retry key, and ring."""
    ids = list(residents)
    if not ids:
        return None
    part = session.execute(
        select(func.coalesce(func.max(Batch.part), -1) + 1).where(
            Batch.notice_id == batch.notice_id,
            Batch.channel == channel,
            Batch.language == batch.language,
        )
    ).scalar_one()
    made = Batch(
        id=new_id(),
        notice_id=batch.notice_id,
        channel=channel,
        language=batch.language,
        part=part,
        retry_key=uuid4(),
    )
    session.add(made)
    session.flush()
    mark(session, batch, ids, channel=channel, part=part, next_try_at=now())
    jobs.ring(session, DELIVER, made.id, queue="bulk")
    return made.id


def wait_after(tries: int, asked: float | None) -> timedelta:
    """How long to wait before the next try: what the other side asked for, else doubling."""
    return timedelta(seconds=min(3600, 10 * 2 ** min(tries, 9)) if asked is None else asked)


def later(moment: datetime | None, span: timedelta) -> bool:
    """Whether `span` has passed since `moment`."""
    return moment is not None and now() - moment > span

"""Works on one batch of deliveries: claimed by a conditional update, sent, recorded."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from notifications.notices import by_line, by_mail, fanning_out
from notifications.notices.models import Batch, Notice
from notifications.notices.rows import not_paused
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import read, transaction

CLAIM_FOR = timedelta(minutes=3)  # longer than a request to LINE or a mail can take
SWEEP = 500


def deliver(batch_id: str) -> None:
    """Send what is still open in this batch. Harmless twice and beside itself."""
    claimed = _claim(UUID(batch_id))
    if claimed is None:
        return
    batch, notice = claimed
    if batch.channel == "line":
        by_line.send(batch, notice)
    else:
        by_mail.send(batch, notice)


def _claim(batch_id: UUID) -> tuple[Batch, Notice] | None:
    """Take the batch for CLAIM_FOR; None when it is done, not due, or another worker's."""
    moment = now()
    with transaction() as session:
        batch = session.execute(
            update(Batch)
            .where(
                Batch.id == batch_id,
                Batch.done_at.is_(None),
                Batch.next_try_at <= moment,
                not_paused(Batch.notice_id),
            )
            .values(tries=Batch.tries + 1, next_try_at=moment + CLAIM_FOR)
            .returning(Batch)
        ).scalar_one_or_none()
        if batch is None:
            return None
        return batch, session.get_one(Notice, batch.notice_id)


def sweep() -> int:
    """Ring again what was lost: approved notices without deliveries, batches that are due."""
    lost = read().execute(
        select(Notice.id)
        .where(
            Notice.fanned_out_at.is_(None),
            Notice.cancelled_at.is_(None),
            Notice.paused_at.is_(None),
            or_(Notice.starts_at.is_(None), Notice.starts_at <= now()),
            fanning_out.may_go(),
        )
        .limit(SWEEP)
    )
    due = read().execute(
        select(Batch.id)
        .where(Batch.done_at.is_(None), Batch.next_try_at <= now(), not_paused(Batch.notice_id))
        .order_by(Batch.next_try_at)
        .limit(SWEEP)
    )
    notices, batches = list(lost.scalars()), list(due.scalars())
    for notice_id in notices:
        jobs.ring_now("notifications.notices.fanning_out.fan_out", notice_id, queue="bulk")
    for batch_id in batches:
        jobs.ring_now("notifications.notices.delivering.deliver", batch_id, queue="bulk")
    return len(notices) + len(batches)

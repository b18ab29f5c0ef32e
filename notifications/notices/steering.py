"""Acts on a notice that is going out: pause, resume, cancel. What is gone is gone."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from notifications.notices.models import Batch, Delivery, Notice
from notifications.notices.rows import DELIVER, still_open
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.errors import Conflict, NotFound

BY_CLERK, QUOTA, LINE_REFUSES = "ByClerk", "Quota", "LineRefuses"
CANCELLED = "Cancelled"
FAN_OUT = "notifications.notices.fanning_out.fan_out"


def pause(session: Session, notice_id: UUID, why: str = BY_CLERK) -> None:
    """Nothing more leaves after the few letters that are on their way."""
    notice = _locked(session, notice_id)
    if notice.paused_at is not None or notice.cancelled_at is not None:
        raise Conflict()
    notice.paused_at, notice.paused_why = now(), why
    audit.record(session, "notice.paused", ("notice", notice_id), why=why)


def resume(session: Session, notice_id: UUID) -> None:
    """It goes on with what is open."""
    notice = _locked(session, notice_id)
    if notice.paused_at is None or notice.cancelled_at is not None:
        raise Conflict()
    notice.paused_at = notice.paused_why = None
    audit.record(session, "notice.resumed", ("notice", notice_id))
    if notice.fanned_out_at is None:
        jobs.ring(session, FAN_OUT, notice_id, queue="bulk")
        return
    # Batches whose ring came during the pause wait for the tick; these need not.
    due = select(Batch.id).where(
        Batch.notice_id == notice_id, Batch.done_at.is_(None), Batch.next_try_at <= now()
    )
    for batch_id in session.scalars(due):
        jobs.ring(session, DELIVER, batch_id, queue="bulk")


def mail_only(session: Session, notice_id: UUID) -> None:
    """LINE's month has no room for it: it goes by mail and into the inbox, and starts again."""
    notice = _locked(session, notice_id)
    if notice.paused_why != QUOTA or notice.fanned_out_at is not None:
        raise Conflict()
    notice.mail_only = True
    audit.record(session, "notice.mail_only", ("notice", notice_id))
    resume(session, notice_id)


def cancel(session: Session, notice_id: UUID) -> int:
    """Nobody else receives it; gives how many that spares.

    A multicast that was tried and not answered goes on: LINE may have taken it, and only its
    retry key tells.
    """
    notice = _locked(session, notice_id)
    if notice.fanned_out_at is None or notice.cancelled_at is not None:
        raise Conflict()
    tried = select(Batch.id).where(
        Batch.notice_id == notice_id,
        Batch.channel == "line",
        Batch.first_tried_at.is_not(None),
        Batch.done_at.is_(None),
        Batch.part == Delivery.part,
        Batch.language == Delivery.language,
        Batch.channel == Delivery.channel,
    )
    spared = session.execute(
        update(Delivery)
        .where(and_(Delivery.notice_id == notice_id, still_open(), ~tried.exists()))
        .values(failed_at=now(), error=CANCELLED)
    )
    count = int(spared.rowcount)  # type: ignore[attr-defined]
    notice.cancelled_at = now()
    notice.paused_at = notice.paused_why = None
    sent = session.scalar(
        select(func.count()).where(Delivery.notice_id == notice_id, Delivery.sent_at.is_not(None))
    )
    audit.record(session, "notice.cancelled", ("notice", notice_id), sent=sent, spared=count)
    return count


def _locked(session: Session, notice_id: UUID) -> Notice:
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound()
    return notice

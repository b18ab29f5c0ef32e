"""From one approved notice to its deliveries: one transaction, by insert-from-select."""

from __future__ import annotations

from uuid import UUID, uuid4

import structlog
from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from notifications.care import attention
from notifications.channels.line import MOST_RECIPIENTS
from notifications.channels.reach import CHANNELS
from notifications.notices import corrections, line_gate, steering
from notifications.notices.models import Approval, Batch, Delivery, InboxEntry, Notice
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_id
from portal.residents.models import Resident

log = structlog.get_logger(__name__)

DELIVER = "notifications.notices.delivering.deliver"
FAN_OUT_MS = 120_000  # 50,000 rows into three tables may take longer than a page's statement


def fan_out(notice_id: str) -> None:
    """Make the deliveries and inbox entries of an approved notice and ring its batches."""
    if _held(UUID(notice_id)):
        return
    with transaction() as session:
        session.execute(text(f"SET LOCAL statement_timeout = {FAN_OUT_MS}"))
        notice = _begin(session, UUID(notice_id))
        if notice is None:
            return
        targeted = _fill_inbox(session, notice)
        _make_deliveries(session, notice)
        batches = _make_batches(session, notice)
        audit.record(
            session,
            "notice.fanned_out",
            ("notice", notice.id),
            targeted=targeted,
            batches=len(batches),
        )
        for batch_id in batches:
            jobs.ring(session, DELIVER, batch_id, queue="bulk")
    log.info("notice.fanned_out", notice=notice_id, targeted=targeted, batches=len(batches))


def _held(notice_id: UUID) -> bool:
    """Whether LINE would not take it; then it waits, and a clerk is told why."""
    with transaction() as session:
        notice = session.scalar(select(Notice).where(*_due(notice_id)))
        if notice is None:
            return True
        meant = and_(corrections.whom(notice), _reached(notice, "line"))
        count = session.scalar(select(func.count()).select_from(Resident).where(meant)) or 0
    fault = line_gate.fault_of(notice, count)
    if fault is None:
        return False
    with transaction() as session:
        steering.pause(session, notice_id, fault)
    log.warning("notice.held", notice=str(notice_id), why=fault)
    return True


def _due(notice_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Approved, its time has come, nobody stopped it, and it has no deliveries yet."""
    return (
        Notice.id == notice_id,
        Notice.fanned_out_at.is_(None),
        Notice.cancelled_at.is_(None),
        Notice.paused_at.is_(None),
        or_(Notice.starts_at.is_(None), Notice.starts_at <= now()),
        may_go(),
    )


def may_go() -> ColumnElement[bool]:
    """Another clerk has approved it; reminders of to-dos have no author, only our own words."""
    approved = exists().where(Approval.notice_id == Notice.id, Approval.decision == "approved")
    return or_(approved, Notice.origin == "todos")


def _begin(session: Session, notice_id: UUID) -> Notice | None:
    """Mark the notice as fanned out; None when it is not approved, cancelled, or already was."""
    return session.execute(
        update(Notice).where(*_due(notice_id)).values(fanned_out_at=now()).returning(Notice)
    ).scalar_one_or_none()


def _fill_inbox(session: Session, notice: Notice) -> int:
    """Everybody meant gets the notice in the inbox; gives how many."""
    chosen = select(literal(notice.id), Resident.id, literal(now())).where(corrections.whom(notice))
    done = session.execute(
        insert(InboxEntry).from_select(["notice_id", "resident_id", "at"], chosen),
        execution_options={"preserve_rowcount": True},  # else SQLAlchemy says -1 of an INSERT
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _reached(notice: Notice, channel: str) -> ColumnElement[bool]:
    """Residents whom the channel reaches and who want such a notice by it."""
    if channel == "line" and notice.mail_only:
        return false()
    reached = and_(CHANNELS[channel].reaches(Resident.id), attention.wanted(notice, channel))
    if notice.corrects_id is not None:
        return and_(reached, corrections.delivered(notice.corrects_id))
    return reached


def only_by_line(notice_id: UUID) -> int:
    """How many would be told by LINE or not at all, and so find it in the inbox only."""
    with transaction() as session:
        notice = session.get_one(Notice, notice_id)
        line, mail = (_reached(notice, name) for name in ("line", "mail"))
        meant = and_(corrections.whom(notice), line, not_(mail))
        return session.scalar(select(func.count()).select_from(Resident).where(meant)) or 0


def _make_deliveries(session: Session, notice: Notice) -> None:
    """One row for each resident in the inbox who can be reached: LINE first, else mail."""
    line, mail = (_reached(notice, name) for name in ("line", "mail"))
    channel = case((line, "line"), (mail, "mail")).label("channel")
    language = attention.language()
    chosen = (
        select(Resident.id, channel, language.label("language"))
        .join(InboxEntry, InboxEntry.resident_id == Resident.id)
        .where(InboxEntry.notice_id == notice.id)
        .subquery("chosen")
    )
    number = func.row_number().over(
        partition_by=(chosen.c.channel, chosen.c.language), order_by=chosen.c.id
    )
    moment = literal(now())
    session.execute(
        insert(Delivery).from_select(
            ["notice_id", "resident_id", "channel", "language", "part", "tries", "next_try_at"],
            select(
                literal(notice.id),
                chosen.c.id,
                chosen.c.channel,
                chosen.c.language,
                (number - 1) // MOST_RECIPIENTS,
                literal(0),
                moment,
            ).where(chosen.c.channel.is_not(None)),
        )
    )


def _make_batches(session: Session, notice: Notice) -> list[UUID]:
    """A batch row for every 500 deliveries of one channel and language; its retry key is kept."""
    key = (Delivery.channel, Delivery.language, Delivery.part)
    groups = session.execute(
        select(*key).where(Delivery.notice_id == notice.id).distinct().order_by(*key)
    )
    batches = [
        Batch(id=new_id(), notice_id=notice.id, retry_key=uuid4(), **group._mapping)
        for group in groups
    ]
    session.add_all(batches)
    return [batch.id for batch in batches]

"""Acts on a notice before it goes out: write, change, submit, decide, cancel."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.care import attention
from notifications.notices import corrections
from notifications.notices.drafts import KINDS, TOPICS, Draft, FaultyNotice
from notifications.notices.emergency_log import EmergencyStep
from notifications.notices.models import Approval, Notice, NoticeVersion
from notifications.segments.meaning import SegmentFault
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden, NotFound

COMPARED = ("variants", "link", "rich", "topic", "kind", "segment", "start_delay")
STAYS = frozenset({"corrects_id", "template_id", "template_version"})  # what a notice began as


def write(session: Session, author_id: UUID, draft: Draft) -> Notice:
    """A new draft."""
    draft.check()
    if draft.corrects_id is not None:
        corrections.check(session, draft.corrects_id)
    notice = Notice(author_id=author_id, **draft.values())
    session.add(notice)
    session.flush()
    _keep(session, notice)
    audit.record(session, "notice.written", ("notice", notice.id), actor=("staff", author_id))
    return notice


def change(session: Session, notice_id: UUID, author_id: UUID, draft: Draft) -> Notice:
    """Other words for a draft or a returned notice; only its author may."""
    draft.check()
    notice = changeable(session, notice_id, author_id)
    for name, value in draft.values().items():
        if name not in STAYS:
            setattr(notice, name, value)
    changed(session, notice)
    return notice


def changeable(session: Session, notice_id: UUID, author_id: UUID) -> Notice:
    """The draft or returned notice, held; only its author may change it."""
    notice = _locked(session, notice_id)
    _only_author(notice, author_id)
    if notice.submitted_at is not None or notice.cancelled_at is not None:
        raise Conflict()
    return notice


def changed(session: Session, notice: Notice) -> None:
    """What was set is its next version."""
    notice.version += 1
    notice.changed_at = now()
    _keep(session, notice)
    audit.record(session, "notice.changed", ("notice", notice.id), version=notice.version)


def submit(
    session: Session, notice_id: UUID, author_id: UUID, *, counted: int, reason: str = ""
) -> None:
    """Ask another clerk to approve; from now on the words stand. An emergency says why."""
    notice = _locked(session, notice_id)
    _only_author(notice, author_id)
    if notice.submitted_at is not None or notice.cancelled_at is not None:
        raise Conflict()
    if notice.kind == "emergency" and not reason:
        raise FaultyNotice(N_("Please say why it is urgent."))
    notice.submitted_at = now()
    _log(session, notice, "proposed", author_id, reason=reason, counted=counted)
    audit.record(session, "notice.submitted", ("notice", notice_id), counted=counted)


def approve(
    session: Session, notice_id: UUID, by: UUID, *, version: int, counted: int, comment: str = ""
) -> None:
    """Another clerk lets this version go out; delivering begins after the commit."""
    notice = _decidable(session, notice_id, by, version)
    _decide(session, notice, by, "approved", counted, comment)
    _log(session, notice, "confirmed", by, reason=comment, counted=counted)
    notice.starts_at = attention.starts_at(notice, now() + timedelta(minutes=notice.start_delay))
    jobs.ring(session, "notifications.notices.fanning_out.fan_out", notice_id, queue="bulk")


def give_back(
    session: Session, notice_id: UUID, by: UUID, *, version: int, counted: int, comment: str
) -> None:
    """Another clerk sends the notice back to its author, with words why."""
    notice = _decidable(session, notice_id, by, version)
    _decide(session, notice, by, "returned", counted, comment)
    notice.submitted_at = None


def cancel(session: Session, notice_id: UUID, by: UUID) -> None:
    """The notice will not go out; possible until its deliveries exist."""
    notice = _locked(session, notice_id)
    if notice.fanned_out_at is not None or notice.cancelled_at is not None:
        raise Conflict()
    notice.cancelled_at = now()
    _log(session, notice, "stopped", by)
    audit.record(session, "notice.cancelled", ("notice", notice_id), by=str(by))


def _log(
    session: Session,
    notice: Notice,
    step: str,
    by: UUID,
    *,
    reason: str = "",
    counted: int | None = None,
) -> None:
    """Emergencies have a log of their own."""
    if notice.kind == "emergency":
        session.add(
            EmergencyStep(notice_id=notice.id, step=step, by=by, reason=reason, counted=counted)
        )


def _decidable(session: Session, notice_id: UUID, by: UUID, version: int) -> Notice:
    notice = _locked(session, notice_id)
    if notice.author_id == by:
        raise Forbidden(N_("Another clerk must decide about your notice."))
    changed = notice.version != version or notice.submitted_at is None
    changed = changed or notice.origin != "clerk"  # made by itself, nothing to decide
    if changed or notice.cancelled_at is not None or _approved(session, notice_id):
        raise Conflict()
    return notice


def _approved(session: Session, notice_id: UUID) -> bool:
    found = select(Approval.id).where(
        Approval.notice_id == notice_id, Approval.decision == "approved"
    )
    return session.execute(found).first() is not None


def _decide(
    session: Session, notice: Notice, by: UUID, decision: str, counted: int, comment: str
) -> None:
    session.add(
        Approval(
            notice_id=notice.id,
            author_id=notice.author_id,
            version=notice.version,
            decided_by=by,
            decision=decision,
            comment=comment,
            counted=counted,
        )
    )
    audit.record(
        session,
        f"notice.{decision}",
        ("notice", notice.id),
        version=notice.version,
        counted=counted,
    )


def _keep(session: Session, notice: Notice) -> None:
    """This version as it is, for the approver of the next one."""
    kept = {name: getattr(notice, name) for name in COMPARED}
    session.add(NoticeVersion(notice_id=notice.id, version=notice.version, kept=kept))


def _only_author(notice: Notice, author_id: UUID) -> None:
    if notice.author_id != author_id:
        raise Forbidden(N_("Only the clerk who wrote it can do this."))


def _locked(session: Session, notice_id: UUID) -> Notice:
    notice = session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFound()
    return notice


__all__ = ["KINDS", "TOPICS", "Draft", "FaultyNotice", "SegmentFault"]

"""Acts on repeats: write, change, submit, decide, pause, stop, skip the next one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.repeats import rules
from notifications.repeats.calendar import calendar
from notifications.repeats.drafts import Written
from notifications.repeats.models import Repeat, RepeatApproval, RepeatRun
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden, MadoError, NotFound

SKIPPED = "Clerk"


class NeverComes(MadoError):
    """A rule without a single date ahead is a mistake."""

    message = N_("There is no date ahead. Please check the days.")


def write(session: Session, author_id: UUID, written: Written) -> Repeat:
    """A new one, not yet submitted."""
    written.check()
    repeat = Repeat(author_id=author_id, **written.values())
    session.add(repeat)
    session.flush()
    audit.record(session, "repeat.written", ("repeat", repeat.id), actor=("staff", author_id))
    return repeat


def change(
    session: Session, repeat_id: UUID, by: UUID, written: Written, *, looked_at: int
) -> None:
    """Other words, days or readers: it rests until another clerk has approved the change."""
    written.check()
    repeat = _locked(session, repeat_id)
    _only_author(repeat, by)
    if repeat.version != looked_at or repeat.stopped_at is not None:
        raise Conflict()
    for name, value in written.values().items():
        setattr(repeat, name, value)
    repeat.version += 1
    repeat.changed_at, repeat.submitted_at = now(), None
    session.execute(_ahead(repeat_id))  # a skipped date was one of the old rule
    audit.record(session, "repeat.changed", ("repeat", repeat_id), version=repeat.version)


def submit(session: Session, repeat_id: UUID, by: UUID) -> None:
    """Ask another clerk."""
    repeat = _locked(session, repeat_id)
    _only_author(repeat, by)
    if repeat.submitted_at is not None or repeat.stopped_at is not None:
        raise Conflict()
    if not rules.coming(rules.read(repeat.rule), now(), 1, calendar()):
        raise NeverComes()
    repeat.submitted_at = now()
    audit.record(session, "repeat.submitted", ("repeat", repeat_id), version=repeat.version)


def approve(session: Session, repeat_id: UUID, by: UUID, *, version: int, counted: int) -> None:
    """One yes for every run of this version, from now on."""
    repeat = _decidable(session, repeat_id, by, version)
    _decide(session, repeat, by, "approved", counted, "")
    repeat.looked_until = now()


def give_back(
    session: Session, repeat_id: UUID, by: UUID, *, version: int, counted: int, comment: str
) -> None:
    """To its author, with words why."""
    repeat = _decidable(session, repeat_id, by, version)
    _decide(session, repeat, by, "returned", counted, comment)
    repeat.submitted_at = None


def pause(session: Session, repeat_id: UUID) -> None:
    """No runs until it is resumed."""
    repeat = _going(session, repeat_id)
    if repeat.paused_at is not None:
        raise Conflict()
    repeat.paused_at = now()
    audit.record(session, "repeat.paused", ("repeat", repeat_id))


def resume(session: Session, repeat_id: UUID) -> None:
    """From the next date on; what fell into the pause does not come late."""
    repeat = _going(session, repeat_id)
    if repeat.paused_at is None:
        raise Conflict()
    repeat.paused_at, repeat.looked_until = None, now()
    audit.record(session, "repeat.resumed", ("repeat", repeat_id))


def stop(session: Session, repeat_id: UUID) -> None:
    """For good; its runs and their reports stay."""
    repeat = _going(session, repeat_id)
    repeat.stopped_at = now()
    audit.record(session, "repeat.stopped", ("repeat", repeat_id))


def skip(session: Session, repeat_id: UUID, by: UUID, due_at: datetime) -> None:
    """The date on screen is left out; it must still be the next one that is not skipped."""
    repeat = _going(session, repeat_id)
    if due_at not in rules.coming(rules.read(repeat.rule), now(), 10, calendar()):
        raise Conflict()
    session.execute(
        insert(RepeatRun)
        .values(repeat_id=repeat_id, due_at=due_at, at=now(), skipped=SKIPPED, by=by)
        .on_conflict_do_nothing()
    )
    audit.record(session, "repeat.skipped", ("repeat", repeat_id), due_at=due_at.isoformat())


def take_back(session: Session, repeat_id: UUID, due_at: datetime) -> None:
    """A skipped date comes after all."""
    _going(session, repeat_id)
    session.execute(_ahead(repeat_id).where(RepeatRun.due_at == due_at))
    audit.record(session, "repeat.unskipped", ("repeat", repeat_id), due_at=due_at.isoformat())


def approval_of(session: Session, repeat: Repeat) -> RepeatApproval | None:
    """The yes to the version as it is."""
    return session.scalar(
        select(RepeatApproval).where(
            RepeatApproval.repeat_id == repeat.id,
            RepeatApproval.version == repeat.version,
            RepeatApproval.decision == "approved",
        )
    )


def _ahead(repeat_id: UUID) -> Delete:
    return delete(RepeatRun).where(
        RepeatRun.repeat_id == repeat_id,
        RepeatRun.skipped == SKIPPED,
        RepeatRun.due_at > now(),
    )


def _decidable(session: Session, repeat_id: UUID, by: UUID, version: int) -> Repeat:
    repeat = _going(session, repeat_id)
    if repeat.author_id == by:
        raise Forbidden(N_("Another clerk must decide about your notice."))
    if repeat.version != version or repeat.submitted_at is None or approval_of(session, repeat):
        raise Conflict()
    return repeat


def _decide(
    session: Session, repeat: Repeat, by: UUID, decision: str, counted: int, comment: str
) -> None:
    session.add(
        RepeatApproval(
            repeat_id=repeat.id,
            author_id=repeat.author_id,
            version=repeat.version,
            decided_by=by,
            decision=decision,
            comment=comment,
            counted=counted,
        )
    )
    subject = ("repeat", repeat.id)
    audit.record(session, f"repeat.{decision}", subject, version=repeat.version, counted=counted)


def _only_author(repeat: Repeat, by: UUID) -> None:
    if repeat.author_id != by:
        raise Forbidden(N_("Only the clerk who wrote it can do this."))


def _going(session: Session, repeat_id: UUID) -> Repeat:
    repeat = _locked(session, repeat_id)
    if repeat.stopped_at is not None:
        raise Conflict()
    return repeat


def _locked(session: Session, repeat_id: UUID) -> Repeat:
    repeat = session.get(Repeat, repeat_id, with_for_update=True)
    if repeat is None:
        raise NotFound()
    return repeat

"""What a clerk has done since the training began, read from the audit log; its new beginning."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.audit import AuditEntry
from portal.training.exercises import Acts, courses

RESET = "training.reset"
EVERYBODY = "everybody"


def reset(session: Session, staff_id: UUID | None) -> None:
    """Exercises begin anew for one clerk, or for everybody. What was done stays where it is."""
    audit.record(session, RESET, ("training", staff_id or EVERYBODY))


def begun_at(db: Connection, staff_id: UUID) -> datetime | None:
    """When this clerk's exercises began last; None: they always counted."""
    subject = AuditEntry.subject_id
    mine = or_(subject == str(staff_id), subject == EVERYBODY)
    asked = select(func.max(AuditEntry.at)).where(AuditEntry.subject_kind == "training", mine)
    found: datetime | None = db.execute(asked).scalar_one()
    return found


def acts(db: Connection, staff_id: UUID) -> Acts:
    """Entries by this clerk, and by commands, since then."""
    since = begun_at(db, staff_id)
    return Acts(_counts(db, "staff", staff_id, since), _counts(db, "system", None, since))


def _counts(
    db: Connection, kind: str, actor: UUID | None, since: datetime | None
) -> dict[str, int]:
    wanted = {fact.action for c in courses() for one in c.exercises for fact in one.facts}
    asked = (
        select(AuditEntry.action, func.count().label("n"))
        .where(AuditEntry.actor_kind == kind, AuditEntry.action.in_(wanted))
        .where(AuditEntry.actor_id == actor if actor else AuditEntry.actor_id.is_(None))
        .group_by(AuditEntry.action)
    )
    if since is not None:
        asked = asked.where(AuditEntry.at > since)
    return {row.action: row.n for row in db.execute(asked)}

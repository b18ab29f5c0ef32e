"""What goes out without waiting for a person: only where two clerks have allowed it for a grade."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.disaster import sending
from notifications.disaster.models import DisasterAutomatic, DisasterDecision, DisasterProposal
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden

GRADES = (5, 4, 3)


def follow(session: Session, proposal: DisasterProposal) -> None:
    """Send the proposal where its grade is allowed; corrections always wait for a person."""
    allowed = session.get(DisasterAutomatic, proposal.grade)
    if proposal.action == "correction" or allowed is None or allowed.agreed_by is None:
        return
    notice = sending.write(session, proposal, allowed.asked_by, proposal.variants)
    sending.approve(session, notice, allowed.agreed_by)
    session.add(
        DisasterDecision(
            proposal_id=proposal.id,
            decision="automatic",
            decided_by=allowed.agreed_by,
            notice_id=notice.id,
        )
    )
    sending.switch(session, proposal.menu, allowed.asked_by, proposal.variants)
    audit.record(session, "disaster.sent_automatically", ("disaster_proposal", proposal.id))


def settings(session: Session) -> dict[int, DisasterAutomatic]:
    """What is asked for or agreed, by grade."""
    return {row.grade: row for row in session.scalars(select(DisasterAutomatic))}


def ask(session: Session, grade: int, by: UUID) -> None:
    """A clerk wishes that notices of this grade go out by themselves."""
    if grade not in GRADES or session.get(DisasterAutomatic, grade) is not None:
        raise Conflict()
    session.add(DisasterAutomatic(grade=grade, asked_by=by))
    audit.record(session, "disaster.automatic_asked", ("disaster_grade", grade))


def agree(session: Session, grade: int, by: UUID) -> None:
    """Another clerk agrees; from now on it holds."""
    row = _row(session, grade)
    if row.agreed_by is not None:
        raise Conflict()
    if row.asked_by == by:
        raise Forbidden(N_("Another clerk must agree to this."))
    row.agreed_by, row.agreed_at = by, now()
    audit.record(session, "disaster.automatic_agreed", ("disaster_grade", grade))


def end(session: Session, grade: int) -> None:
    """A person confirms again; any clerk of the desk may say so."""
    session.delete(_row(session, grade))
    audit.record(session, "disaster.automatic_ended", ("disaster_grade", grade))


def _row(session: Session, grade: int) -> DisasterAutomatic:
    known = grade in GRADES  # an address may hold any figures
    row = session.get(DisasterAutomatic, grade, with_for_update=True) if known else None
    if row is None:
        raise Conflict()
    return row

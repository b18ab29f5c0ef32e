"""A clerk decides: confirms a proposal with its last words, or dismisses it with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from notifications.disaster import sending
from notifications.disaster.models import DisasterDecision, DisasterProposal
from portal.core import audit
from portal.core.errors import Conflict, NotFound


def confirm(
    session: Session, proposal_id: UUID, by: UUID, variants: dict[str, Any], *, menu: bool
) -> UUID:
    """The notice's id; another clerk approves it, the portal's mode changes at once."""
    proposal = _open(session, proposal_id)
    notice = sending.write(session, proposal, by, variants)
    session.add(
        DisasterDecision(
            proposal_id=proposal_id, decision="confirmed", decided_by=by, notice_id=notice.id
        )
    )
    sending.switch(session, menu, by, variants)
    audit.record(
        session, "disaster.confirmed", ("disaster_proposal", proposal_id), notice=str(notice.id)
    )
    return notice.id


def dismiss(session: Session, proposal_id: UUID, by: UUID, reason: str) -> None:
    """Nothing goes out, and why."""
    _open(session, proposal_id)
    session.add(
        DisasterDecision(
            proposal_id=proposal_id, decision="dismissed", decided_by=by, reason=reason
        )
    )
    audit.record(session, "disaster.dismissed", ("disaster_proposal", proposal_id))


def _open(session: Session, proposal_id: UUID) -> DisasterProposal:
    proposal = session.get(DisasterProposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound()
    if session.get(DisasterDecision, proposal_id) is not None:
        raise Conflict()
    return proposal

"""From a proposal to a notice, through the acts every notice goes through, and to the mode."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.disaster import mode
from notifications.disaster.models import DisasterDecision, DisasterMessage, DisasterProposal
from notifications.notices import corrections, emergencies, presenting, writing
from notifications.notices.drafts import Draft
from notifications.notices.models import Notice
from notifications.segments.segment import Segment
from portal.core.errors import Conflict

EVERYBODY: dict[str, Any] = {"all": []}
SHELTERS = "/shelters"


def write(
    session: Session, proposal: DisasterProposal, by: UUID, variants: dict[str, Any]
) -> Notice:
    """A notice of these words, waiting for another clerk's yes."""
    wrong = _wrong(session, proposal) if proposal.action == "correction" else None
    draft = Draft(
        kind="emergency" if proposal.action == "emergency" else "normal",
        topic="disaster",  # never held back at night
        variants=variants,
        link=SHELTERS,
        segment=Segment.read(EVERYBODY),
        confirmed=True,  # a clerk has read the words
        corrects_id=wrong,
    )
    reason = _reason(session, proposal)
    return emergencies.propose(session, by, draft, reason=reason, counted=_counted(wrong))


def approve(session: Session, notice: Notice, by: UUID) -> None:
    """The second clerk's word, given beforehand."""
    writing.approve(session, notice.id, by, version=notice.version, counted=_counted())


def switch(session: Session, wanted: bool, by: UUID, variants: dict[str, Any]) -> None:
    """Disaster mode, where it is wanted."""
    if wanted:
        mode.switch_on(session, by, variants)


def _wrong(session: Session, proposal: DisasterProposal) -> UUID | None:
    """The notice that a cancelled message had led to: its readers are told, and nobody else."""
    message = session.get(DisasterMessage, proposal.message_id)
    told = message.told if message else {}
    same = "event" if told.get("event") else "title"  # weather messages have no event
    return session.scalar(
        select(Notice.id)
        .join(DisasterDecision, DisasterDecision.notice_id == Notice.id)
        .join(DisasterProposal, DisasterProposal.id == DisasterDecision.proposal_id)
        .join(DisasterMessage, DisasterMessage.id == DisasterProposal.message_id)
        .where(
            DisasterMessage.source == "jma",
            DisasterMessage.told["family"].astext == told.get("family"),
            DisasterMessage.told[same].astext == told.get(same),
            Notice.fanned_out_at.is_not(None),
            Notice.corrects_id.is_(None),
        )
        .order_by(Notice.fanned_out_at.desc())
        .limit(1)
    )


def _reason(session: Session, proposal: DisasterProposal) -> str:
    """For the log of emergencies: who said what."""
    message = session.get(DisasterMessage, proposal.message_id)
    told = message.told if message else {}
    named = "、".join(told.get("kinds", [])) or told.get("title", "")
    return f"{told.get('office') or '市'} {named}".strip()


def _counted(wrong: UUID | None = None) -> int:
    if wrong is not None:
        return corrections.reach(wrong).total
    reach = presenting.target(EVERYBODY).reach
    if reach is None:
        raise Conflict()
    return reach.total

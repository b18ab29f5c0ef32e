"""Taking a message once: what it changes here, and the proposal that comes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.disaster import automatic, wording
from notifications.disaster.bulletin import Bulletin, read
from notifications.disaster.models import DisasterInForce, DisasterMessage, DisasterProposal
from notifications.disaster.places import Place
from notifications.disaster.rules import Action, decide, in_force
from notifications.disaster.telling import kinds, told
from notifications.disaster.xml import Unreadable
from portal.core import audit
from portal.core.clock import now
from portal.core.ids import new_id

FRESH = timedelta(hours=12)  # after a long gap, older news is history and nobody's alarm
KEPT = timedelta(days=60)


def take(session: Session, address: str, content: bytes, place: Place) -> UUID | None:
    """Keep the message at `address` and propose what follows; the proposal's id, if any."""
    try:
        bulletin = read(content, place)
        reported = datetime.fromisoformat(bulletin.reported_at)
    except (Unreadable, ValueError) as error:
        _keep(session, address, now(), {"error": str(error)[:200]})
        return None
    if reported.tzinfo is None:
        _keep(session, address, now(), {"error": "a time without its zone"})
        return None
    before = known(session, bulletin)
    decision = decide(bulletin, {key: row.grade for key, row in before.items()})
    message = _keep(session, address, reported, told(bulletin, decision))
    if message is None:
        return None
    if bulletin.status == "通常":
        _remember(session, bulletin, reported, message)
    outdated = any(row.reported_at > reported for row in before.values())
    if decision.action is Action.NONE or outdated or reported < now() - FRESH:
        return None
    earlier = [row.name for row in before.values() if row.grade >= 3]
    proposal = DisasterProposal(
        message_id=message,
        action=str(decision.action),
        why=decision.why_code,
        grade=decision.grade,
        menu=decision.menu,
        variants=wording.propose(bulletin, decision, earlier),
    )
    return kept(session, proposal)


def kept(session: Session, proposal: DisasterProposal, *, by_itself: bool = True) -> UUID:
    """The proposal is there; where two clerks allowed its grade, it goes out now."""
    session.add(proposal)
    session.flush()
    audit.record(
        session,
        "disaster.proposed",
        ("disaster_proposal", proposal.id),
        proposes=proposal.action,
        why=proposal.why,
        grade=proposal.grade,
    )
    if by_itself:
        automatic.follow(session, proposal)
    return proposal.id


def known(session: Session, bulletin: Bulletin) -> dict[str, DisasterInForce]:
    """What is in force of that which the message covers, locked."""
    found = session.scalars(
        select(DisasterInForce)
        .where(DisasterInForce.hazard.in_(bulletin.covers))
        .order_by(DisasterInForce.hazard)
        .with_for_update()
    )
    return {row.hazard: row for row in found}


def sweep(session: Session) -> None:
    """Messages that led to nothing are forgotten after two months."""
    proposed = exists().where(DisasterProposal.message_id == DisasterMessage.id)
    standing = exists().where(
        DisasterInForce.message_id == DisasterMessage.id, DisasterInForce.grade > 0
    )
    session.execute(
        delete(DisasterMessage).where(
            DisasterMessage.received_at < now() - KEPT, ~proposed, ~standing
        )
    )


def _keep(
    session: Session, address: str, reported: datetime, content: dict[str, Any]
) -> UUID | None:
    """The row's id; None where another worker has taken the message meanwhile."""
    return session.scalar(
        insert(DisasterMessage)
        .values(
            id=new_id(),
            address=address,
            source="jma",
            reported_at=reported,
            told=content,
            received_at=now(),
        )
        .on_conflict_do_nothing(index_elements=[DisasterMessage.address])
        .returning(DisasterMessage.id)
    )


def _remember(session: Session, bulletin: Bulletin, reported: datetime, message: UUID) -> None:
    names = {bulletin.key(hit): hit.name for hit in bulletin.hits if hit.grade}
    for key, grade in sorted(in_force(bulletin).items()):
        name = wording.plain(names.get(key) or next(iter(kinds(bulletin)), bulletin.title))
        row = insert(DisasterInForce).values(
            hazard=key, name=name, grade=grade, reported_at=reported, message_id=message
        )
        session.execute(
            row.on_conflict_do_update(
                index_elements=[DisasterInForce.hazard],
                set_={
                    "name": row.excluded.name,
                    "grade": row.excluded.grade,
                    "reported_at": row.excluded.reported_at,
                    "message_id": row.excluded.message_id,
                },
                # A message of the long feed may come after a newer one.
                where=DisasterInForce.reported_at <= row.excluded.reported_at,
            )
        )

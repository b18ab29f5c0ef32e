"""Hand-overs as clerks and residents see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from auth.provider import clients
from notifications.handing_over.defining import LANGUAGE
from notifications.handing_over.models import (
    HandOver,
    HandOverConsent,
    HandOverEvent,
    HandOverRow,
)
from portal.residents.interests import interest_name


@dataclass(frozen=True, slots=True)
class Offer:
    """A hand-over as a resident sees it."""

    id: UUID
    tool: str
    purpose: str
    what: str
    agreed_at: datetime | None
    stopped: bool
    first_given_at: datetime | None
    last_given_at: datetime | None
    times: int
    must_delete: bool  # agreed no more, and the tool has not been told yet or just was


def offers(session: Session, resident_id: UUID) -> list[Offer]:
    """Those a resident can agree to, and those that ever got something."""
    live = and_(
        HandOverConsent.hand_over_id == HandOver.id,
        HandOverConsent.resident_id == resident_id,
        HandOverConsent.ended_at.is_(None),
    )
    row = and_(HandOverRow.hand_over_id == HandOver.id, HandOverRow.resident_id == resident_id)
    found = session.execute(
        select(HandOver, HandOverConsent.given_at, HandOverRow)
        .outerjoin(HandOverConsent, live)
        .outerjoin(HandOverRow, row)
        .order_by(HandOver.tool, HandOver.at)
    )
    return [
        _offer(hand_over, agreed, given)
        for hand_over, agreed, given in found
        if hand_over.stopped_at is None or (given is not None and given.times)
    ]


def what(hand_over: HandOver) -> str:
    """The fields in words."""
    address = gettext("LINE user number") if hand_over.address == "line" else None
    said = [
        gettext("Language") if each == LANGUAGE else interest_name(each)
        for each in hand_over.fields
    ]
    return str(gettext(", ")).join([str(address or gettext("E-mail address")), *map(str, said)])


def every(session: Session) -> Sequence[HandOver]:
    """All, stopped ones last."""
    order = (HandOver.stopped_at.is_not(None), HandOver.tool, HandOver.at)
    return session.scalars(select(HandOver).order_by(*order)).all()


def events(session: Session, hand_over_id: UUID) -> Sequence[HandOverEvent]:
    """The newest hundred."""
    found = select(HandOverEvent).where(HandOverEvent.hand_over_id == hand_over_id)
    return session.scalars(found.order_by(HandOverEvent.at.desc()).limit(100)).all()


def takers(session: Session) -> dict[str, str]:
    """Connected tools that can prove themselves."""
    live = (each for each in clients.every(session) if not each.stopped_at and not each.public)
    return {each.client_id: each.name for each in live}


def _offer(hand_over: HandOver, agreed: datetime | None, row: HandOverRow | None) -> Offer:
    return Offer(
        hand_over.id,
        hand_over.tool,
        hand_over.purpose,
        what(hand_over),
        agreed,
        hand_over.stopped_at is not None,
        row.first_given_at if row else None,
        row.last_given_at if row else None,
        row.times if row else 0,
        bool(row and row.times and agreed is None),
    )

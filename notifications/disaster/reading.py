"""What clerks' pages show: proposals with their messages and decisions, what is in force, feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, not_, or_, select

from notifications.disaster.models import (
    DisasterDecision,
    DisasterFeed,
    DisasterInForce,
    DisasterMessage,
    DisasterMode,
    DisasterProposal,
)
from portal.core.clock import now
from portal.core.db import read

NEWEST = 30
PASSING = "^(earthquake|record_rain|rain_band) "
SHOWN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class View:
    """One proposal."""

    id: UUID
    action: str
    why: str
    grade: int
    menu: bool
    variants: dict[str, Any]
    created_at: datetime
    source: str
    told: dict[str, Any]
    reported_at: datetime
    decision: str | None
    decided_by: UUID | None
    reason: str | None
    notice_id: UUID | None
    decided_at: datetime | None


_COLUMNS = (
    DisasterProposal.id,
    DisasterProposal.action,
    DisasterProposal.why,
    DisasterProposal.grade,
    DisasterProposal.menu,
    DisasterProposal.variants,
    DisasterProposal.created_at,
    DisasterMessage.source,
    DisasterMessage.told,
    DisasterMessage.reported_at,
    DisasterDecision.decision,
    DisasterDecision.decided_by,
    DisasterDecision.reason,
    DisasterDecision.notice_id,
    DisasterDecision.at.label("decided_at"),
)
_PROPOSALS = (
    select(*_COLUMNS)
    .join(DisasterMessage, DisasterMessage.id == DisasterProposal.message_id)
    .outerjoin(DisasterDecision, DisasterDecision.proposal_id == DisasterProposal.id)
)


def newest() -> list[View]:
    """Undecided first, then the newest."""
    undecided = DisasterDecision.decision.is_(None)
    found = read().execute(
        _PROPOSALS.order_by(undecided.desc(), DisasterProposal.created_at.desc()).limit(NEWEST)
    )
    return [View(**row._mapping) for row in found]


def one(proposal_id: UUID) -> View | None:
    """One proposal, if it is there."""
    row = read().execute(_PROPOSALS.where(DisasterProposal.id == proposal_id)).first()
    return View(**row._mapping) if row else None


def in_force() -> Sequence[Any]:
    """What is in force here, gravest first; what nobody lifts is shown for some hours."""
    passing, since = DisasterInForce.hazard.regexp_match(PASSING), now() - SHOWN
    found = read().execute(
        select(DisasterInForce.name, DisasterInForce.grade, DisasterInForce.reported_at)
        .where(DisasterInForce.grade > 0, or_(not_(passing), DisasterInForce.reported_at > since))
        .order_by(DisasterInForce.grade.desc(), DisasterInForce.name)
    )
    return found.all()


def feeds() -> Sequence[Any]:
    """When each feed last answered, and what went wrong."""
    found = read().execute(
        select(DisasterFeed.name, DisasterFeed.heard_at, DisasterFeed.fault).order_by(
            DisasterFeed.name
        )
    )
    return found.all()


def open_mode() -> Row[Any] | None:
    """The mode that is on: its words, since when, by whom."""
    return (
        read()
        .execute(
            select(DisasterMode.variants, DisasterMode.started_at, DisasterMode.started_by).where(
                DisasterMode.ended_at.is_(None)
            )
        )
        .first()
    )

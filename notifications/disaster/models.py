"""Records of messages, what they proposed, what clerks decided, and the mode of the portal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class DisasterFeed(Base):
    """What one feed said at the last look, so that only what changed is asked for."""

    __tablename__ = "disaster_feeds"

    name: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]  # the last answer; a gap after it means the long feed
    fault: Mapped[str] = mapped_column(default="")


class DisasterMessage(Base):
    """One message, taken once: `address` is its place in the feed, or what a clerk entered."""

    __tablename__ = "disaster_messages"
    __table_args__ = (
        CheckConstraint("source IN ('jma','evacuation')", name="source"),
        Index(None, "received_at"),
    )

    id: Mapped[IdKey]
    address: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    reported_at: Mapped[datetime]
    told: Mapped[dict[str, Any]]  # as `./mado disaster read --json` says it, or the fault
    received_at: Mapped[datetime] = mapped_column(default=now)


class DisasterInForce(Base):
    """What is in force here, hazard by hazard: only rises against it are news."""

    __tablename__ = "disaster_in_force"

    hazard: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    grade: Mapped[int]
    reported_at: Mapped[datetime]
    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("disaster_messages.id", ondelete="CASCADE"), index=True
    )


class DisasterProposal(Base):
    """A notice that a message suggests, with its words; a clerk decides."""

    __tablename__ = "disaster_proposals"
    __table_args__ = (
        CheckConstraint("action IN ('emergency','notice','correction')", name="action"),
        CheckConstraint("variants ? 'ja'", name="has_japanese"),
        Index(None, "created_at"),
    )

    id: Mapped[IdKey]
    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("disaster_messages.id", ondelete="CASCADE"), unique=True
    )
    action: Mapped[str]
    why: Mapped[str]
    grade: Mapped[int]
    menu: Mapped[bool] = mapped_column(default=False)
    variants: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class DisasterDecision(Base):
    """What was decided about a proposal, once. Automatic ones stand on two clerks' word."""

    __tablename__ = "disaster_decisions"
    __table_args__ = (
        CheckConstraint("decision IN ('confirmed','dismissed','automatic')", name="decision"),
        CheckConstraint("decision <> 'dismissed' OR reason <> ''", name="dismissal_says_why"),
    )

    proposal_id: Mapped[UUID] = mapped_column(
        ForeignKey("disaster_proposals.id", ondelete="CASCADE"), primary_key=True
    )
    decision: Mapped[str]
    decided_by: Mapped[UUID]
    reason: Mapped[str] = mapped_column(default="")
    notice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("notices.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime] = mapped_column(default=now)


class DisasterMode(Base):
    """A time in which the portal is in disaster mode; one at most is open."""

    __tablename__ = "disaster_modes"
    __table_args__ = (
        Index(
            "uq_disaster_modes_open",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )

    id: Mapped[IdKey]
    variants: Mapped[dict[str, Any]]  # what the banner says
    started_by: Mapped[UUID]
    started_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class DisasterAutomatic(Base):
    """For a grade, that nobody need confirm: one clerk asks for it, another agrees."""

    __tablename__ = "disaster_automatic"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 3 AND 5", name="grade"),
        CheckConstraint("agreed_by <> asked_by", name="by_another_clerk"),
    )

    grade: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]


RECORDS = (
    DisasterFeed,
    DisasterMessage,
    DisasterInForce,
    DisasterProposal,
    DisasterDecision,
    DisasterMode,
    DisasterAutomatic,
)

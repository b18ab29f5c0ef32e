"""Hand-overs as clerks define them, consents, and what each tool was given of whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey

STEPS = Sequence("hand_over_steps", metadata=Base.metadata)


class HandOver(Base):
    """What one tool gets. Tool, purpose, address and fields never change: residents agreed to them.

    `file_step` is how far the last file reached.
    """

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint("address IN ('line','email')", name="address"),
        CheckConstraint("format IN ('csv','json')", name="format"),
        CheckConstraint("encoding IN ('utf-8','utf-8-sig','cp932')", name="encoding"),
        Index(None, "client_id"),
    )

    id: Mapped[IdKey]
    tool: Mapped[str]
    purpose: Mapped[str]
    address: Mapped[str]
    fields: Mapped[list[str]]  # "language" and interests
    columns: Mapped[dict[str, Any]]  # field to the tool's name for it
    format: Mapped[str]
    encoding: Mapped[str]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider_clients.id"))
    file_step: Mapped[int] = mapped_column(BigInteger, default=0)
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)
    stopped_at: Mapped[datetime | None]


class HandOverConsent(Base):
    """A resident agreed to one hand-over; withdrawing ends it."""

    __tablename__ = "hand_over_consents"
    __table_args__ = (
        Index(
            "uq_hand_over_consents_live",
            "resident_id",
            "hand_over_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "hand_over_id"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    hand_over_id: Mapped[UUID] = mapped_column(ForeignKey("hand_overs.id"))
    language: Mapped[str]  # in which the page was read
    given_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class HandOverRow(Base):
    """One resident as one tool knows them: by `id`, which means nothing elsewhere.

    It outlives the account, so that the tool can still be told to delete.
    """

    __tablename__ = "hand_over_rows"
    __table_args__ = (
        Index(
            "uq_hand_over_rows_resident",
            "hand_over_id",
            "resident_id",
            unique=True,
            postgresql_where=text("resident_id IS NOT NULL"),
        ),
        Index(None, "resident_id"),
        Index("uq_hand_over_rows_step", "hand_over_id", "step", unique=True),
    )

    id: Mapped[IdKey]
    hand_over_id: Mapped[UUID] = mapped_column(ForeignKey("hand_overs.id"))
    resident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="SET NULL")
    )
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: the tool must delete it
    step: Mapped[int] = mapped_column(BigInteger)  # goes up with every change
    first_given_at: Mapped[datetime | None]
    last_given_at: Mapped[datetime | None]
    times: Mapped[int] = mapped_column(default=0)


class HandOverEvent(Base):
    """One file or answer: how many, by whom, why. Nobody's data is in it."""

    __tablename__ = "hand_over_events"
    __table_args__ = (
        CheckConstraint("way IN ('file','api')", name="way"),
        Index(None, "hand_over_id", "at"),
    )

    id: Mapped[IdKey]
    hand_over_id: Mapped[UUID] = mapped_column(ForeignKey("hand_overs.id"))
    way: Mapped[str]
    by: Mapped[UUID | None]  # a clerk
    reason: Mapped[str | None]
    given: Mapped[int]
    deleted: Mapped[int]
    left_out: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=now)


class HandOverToken(Base):
    """A client's token for the interface, kept as its hash."""

    __tablename__ = "hand_over_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("provider_clients.id"))
    expires_at: Mapped[datetime]


RECORDS = (HandOver, HandOverConsent, HandOverRow, HandOverEvent, HandOverToken)

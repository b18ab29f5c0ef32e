"""Rows of tickets: what was asked, and each answer, note and end as a row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey

TOPICS = ("use", "trouble", "wrong", "request", "other")
KINDS = ("resident", "staff")
ACTS = ("answer", "note", "closed", "reopened", "faq")


class Ticket(Base):
    """One thing somebody asked about the portal."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint("kind IN ('resident','staff')", name="kind"),
        CheckConstraint(f"topic IN ({','.join(repr(one) for one in TOPICS)})", name="topic"),
        Index(None, "created_at"),
        Index(None, "resident_id"),
    )

    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(unique=True)
    link_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[str]
    topic: Mapped[str]
    words: Mapped[str] = mapped_column(Personal("tickets.words"))
    mail: Mapped[str | None] = mapped_column(Personal("tickets.mail"))
    resident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="SET NULL")
    )
    staff_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(default="ja")
    created_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]  # the first answer
    closed_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]  # the address is gone


class TicketAct(Base):
    """What a clerk did; an answer is read by who asked, a note by clerks only."""

    __tablename__ = "ticket_acts"
    __table_args__ = (
        CheckConstraint(f"kind IN ({','.join(repr(one) for one in ACTS)})", name="kind"),
        Index(None, "ticket_id", "at"),
    )

    id: Mapped[IdKey]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    words: Mapped[str] = mapped_column(Personal("ticket_acts.words"))
    by: Mapped[UUID | None]

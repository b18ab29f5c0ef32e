"""Records of shared cards: who shares, who is invited, what was changed, what has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey


class CardShare(Base):
    """A resident beside the owner has this card. `name`: what they let the others call them."""

    __tablename__ = "card_shares"
    __table_args__ = (
        UniqueConstraint("person_id", "resident_id"),
        CheckConstraint("role IN ('co-parent','viewer')", name="role"),
        Index(None, "resident_id"),
    )

    id: Mapped[IdKey]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    role: Mapped[str]
    name: Mapped[str] = mapped_column(Personal("card_shares.name"))
    owner_name: Mapped[str] = mapped_column(Personal("card_shares.owner_name"))
    silenced_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=now)


class CardInvitation(Base):
    """A link that makes somebody a co-parent, or hands the card over; once, within 7 days."""

    __tablename__ = "card_invitations"
    __table_args__ = (
        CheckConstraint("kind IN ('co-parent','hand-over')", name="kind"),
        Index(None, "person_id"),
        Index(None, "invited_by"),
        Index(None, "until"),
    )

    id: Mapped[IdKey]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(Personal("card_invitations.name"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agreed: Mapped[bool]  # by the owner; a co-parent's invitation waits for it
    at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]


class CardChange(Base):
    """A shared card was changed; for 30 days the others see it and can take it back."""

    __tablename__ = "card_changes"
    __table_args__ = (Index(None, "person_id"), Index(None, "at"))

    id: Mapped[IdKey]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    by: Mapped[UUID]  # a resident; no key, since the change outlives the sharing
    before: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("card_changes.before"))
    at: Mapped[datetime] = mapped_column(default=now)


class SharingEnd(Base):
    """A resident is told once that a card is no longer on their page; nothing of it is kept."""

    __tablename__ = "sharing_ends"
    __table_args__ = (
        CheckConstraint("why IN ('ended','handed-over')", name="why"),
        Index(None, "resident_id"),
        Index(None, "at"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

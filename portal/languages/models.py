"""Records of translations that a person has looked over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class TextSignature(Base):
    """A clerk stands by one text in one language, until it is withdrawn or changes.

    kind, key: "words" and the English message key, or "catalogue" and the place in it
    hash: of the Japanese and the translation together; either changed, it counts no longer
    text: what the clerk wrote in the place of the shipped translation; None: as shipped
    batch: what was signed at one press of a button, so that it can be taken back at one
    """

    __tablename__ = "text_signatures"
    __table_args__ = (
        CheckConstraint("kind IN ('words','catalogue')", name="kind"),
        Index(
            "uq_text_signatures_one",
            "language",
            "kind",
            "key",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
        Index(None, "changed_at"),
        Index(None, "batch"),
    )

    id: Mapped[IdKey]
    batch: Mapped[UUID]
    language: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    hash: Mapped[str]
    text: Mapped[str | None]
    staff_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)

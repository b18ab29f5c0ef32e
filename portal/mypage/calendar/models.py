"""A resident's calendar feed: the hash of its secret address, and how it is worded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class CalendarFeed(Base):
    """One feed a resident. Whoever has the address reads it, so it says as little as can be."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        CheckConstraint("wording IN ('plain','titles')", name="wording"),
        CheckConstraint("alarm_days BETWEEN 0 AND 30", name="alarm_days"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), unique=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    wording: Mapped[str] = mapped_column(default="plain")
    alarm_days: Mapped[int | None]  # days before; None: no alarm
    created_at: Mapped[datetime] = mapped_column(default=now)
    fetched_at: Mapped[datetime | None]

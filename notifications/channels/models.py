"""Channels switched off for a resident: LINE blocks, mail bounces."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base


class ChannelStop(Base):
    """A channel that does not reach this resident at present."""

    __tablename__ = "channel_stops"
    __table_args__ = (
        CheckConstraint("channel IN ('line','mail')", name="channel"),
        CheckConstraint("reason IN ('blocked','bounced','not_friend')", name="reason"),
    )

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

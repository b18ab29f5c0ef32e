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


class TopicStop(Base):
    """Notices of a topic that a resident does not want by a channel; the inbox has them all."""

    __tablename__ = "topic_stops"
    __table_args__ = (CheckConstraint("channel IN ('line','mail')", name="channel"),)

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    notice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("notices.id", ondelete="SET NULL"), index=True
    )


class LineQuota(Base):
    """What LINE said of this month's messages; `most` is None where the plan has no limit."""

    __tablename__ = "line_quota"

    month: Mapped[str] = mapped_column(primary_key=True)
    most: Mapped[int | None]
    used: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(default=now)

"""Rows of planned stops; times may be changed until it begins, each change is in the audit log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class PlannedStop(Base):
    """The service, or a part of it, stands still from `starts_at` until `ends_at`."""

    __tablename__ = "planned_stops"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("announced_from <= starts_at", name="announced"),
        Index(None, "ends_at"),
    )

    id: Mapped[IdKey]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    announced_from: Mapped[datetime]
    words_ja: Mapped[str]
    words_en: Mapped[str]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    cancelled_at: Mapped[datetime | None]

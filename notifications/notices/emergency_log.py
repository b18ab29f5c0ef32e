"""The emergencies' own log: who did what, why, and how many residents were meant then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class EmergencyStep(Base):
    """One step of an emergency notice; never changed."""

    __tablename__ = "emergency_steps"
    __table_args__ = (
        CheckConstraint("step IN ('proposed','confirmed','stopped')", name="step"),
        CheckConstraint("step <> 'proposed' OR reason <> ''", name="says_why"),
        Index(None, "notice_id"),
        Index(None, "at"),
    )

    id: Mapped[IdKey]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    step: Mapped[str]
    by: Mapped[UUID]
    reason: Mapped[str] = mapped_column(default="")
    counted: Mapped[int | None]  # residents meant
    at: Mapped[datetime] = mapped_column(default=now)

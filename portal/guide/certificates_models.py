"""Records of kiosks: the maintenance windows clerks have entered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class KioskMaintenance(Base):
    """Kiosks give nothing in this time; `device`, `chain`: only there ("" everywhere).

    A window is taken back, never deleted; `author` is a staff account.
    """

    __tablename__ = "kiosk_maintenance"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "ends_at", postgresql_where="taken_back_at IS NULL"),
    )

    id: Mapped[IdKey]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(default="")
    chain: Mapped[str] = mapped_column(default="")
    author: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    taken_back_at: Mapped[datetime | None]

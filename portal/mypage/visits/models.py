"""Visit sheets: which procedures, on which day, and which things are packed; all by key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class VisitSheet(Base):
    """One visit. `entries`: {person, service, occurrence, done?}; texts come from the catalogue.

    The entries name cards without a foreign key: a card that was put back is on its sheets again.
    """

    __tablename__ = "visit_sheets"
    __table_args__ = (Index(None, "resident_id"), Index(None, "on_day"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    on_day: Mapped[date]
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    packed: Mapped[list[str]] = mapped_column(default=list)  # keys of things to bring
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]

"""What only people can say of a month: entries of staff, each a row, the newest counts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class SlaEntry(Base):
    """An item's value in words and whether it was met; item 0 holds proposals for improvement."""

    __tablename__ = "sla_entries"
    __table_args__ = (Index(None, "month", "item"),)

    id: Mapped[IdKey]
    month: Mapped[date]  # its first day
    item: Mapped[int] = mapped_column(Integer)
    value: Mapped[str]
    met: Mapped[bool | None]
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)

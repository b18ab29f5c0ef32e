"""Requests to take everything along, and the sealed files made for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class DataExport(Base):
    """One request. `sealed` is the ZIP, encrypted for its owner; no status column.

    In the database, not in a folder: it goes with the account and is never found by a path.
    """

    __tablename__ = "data_exports"
    __table_args__ = (Index(None, "resident_id"), Index(None, "asked_at"))

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    language: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]

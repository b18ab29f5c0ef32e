"""Rows of what was done to many rows at once, and of whose work a row of a list is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class BulkRun(Base):
    """One act on many rows. `done`: pairs of a row and what taking it back needs."""

    __tablename__ = "bulk_runs"

    id: Mapped[IdKey]
    act: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    back: Mapped[str] = mapped_column(default="")  # the list it was done from
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    done: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    failed: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # a row: why not
    undone_at: Mapped[datetime | None]


class KeysOff(Base):
    """A clerk who wants no single-letter shortcuts."""

    __tablename__ = "keys_off"

    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)


class Assignment(Base):
    """A row of a list is a clerk's work; lists whose rows know departments need none of this."""

    __tablename__ = "row_assignments"

    list: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID]
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

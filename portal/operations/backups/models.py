"""Rows of what was backed up, tried and restored: evidence, not the backups themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, IdKey


class BackupRun(Base):
    """One run: kind base, verify, restore or drill; outcome running, done or failed."""

    __tablename__ = "backup_runs"
    __table_args__ = (Index(None, "kind", "started_at"),)

    id: Mapped[IdKey]
    kind: Mapped[str]
    started_by: Mapped[str]  # "schedule" or "hand"
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str]
    generation: Mapped[str | None]
    bytes: Mapped[int] = mapped_column(BigInteger)
    fault: Mapped[str | None]
    figures: Mapped[dict[str, Any]]


class WalDay(Base):
    """One Japanese day of log shipping; the longest gap says what a disaster could have cost."""

    __tablename__ = "backup_wal_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    segments: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime]
    longest_gap_seconds: Mapped[int]
    faults: Mapped[int]
    last_fault: Mapped[str | None]


RECORDS = (BackupRun, WalDay)

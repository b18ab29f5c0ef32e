"""Rows of what retention did: deleted since the last report, and the nightly report itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base


class RetentionCount(Base):
    """Rows of a table that background jobs deleted since the last report."""

    __tablename__ = "retention_counts"

    name: Mapped[str] = mapped_column(primary_key=True)  # of the table
    deleted: Mapped[int] = mapped_column(BigInteger)


class RetentionReport(Base):
    """One rule on one night. `overdue`: rows that should have been gone; 0 when all is well."""

    __tablename__ = "retention_reports"

    day: Mapped[date] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    deleted: Mapped[int] = mapped_column(BigInteger)
    oldest: Mapped[datetime | None]  # of what the rule still keeps
    overdue: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(default=now)

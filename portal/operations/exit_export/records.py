"""Rows of the contract's end: exports that were made, and clerks who agree to the deletion."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class ExitExport(Base):
    """A whole export; `digest` is of what does not move any more, and what clerks agree to."""

    __tablename__ = "exit_exports"

    id: Mapped[IdKey]
    digest: Mapped[str]
    tables: Mapped[int]
    rows: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    verified_at: Mapped[datetime | None]


class ExitDecision(Base):
    """A clerk agrees that everything in this export be deleted here; two are needed."""

    __tablename__ = "exit_decisions"
    __table_args__ = (UniqueConstraint("export_id", "by"),)

    id: Mapped[IdKey]
    export_id: Mapped[UUID] = mapped_column(ForeignKey("exit_exports.id", ondelete="CASCADE"))
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


RECORDS = (ExitExport, ExitDecision)

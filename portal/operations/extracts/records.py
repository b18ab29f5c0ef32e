"""Rows of extractions: those kept to run again, those asked for in the clear, those that left."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey
from portal.operations.extracts.choosing import FORMATS

_FORMAT = f"format IN ({','.join(repr(one) for one in FORMATS)})"


class SavedExtract(Base):
    """A choice with a name, for every clerk who may extract."""

    __tablename__ = "saved_extracts"

    id: Mapped[IdKey]
    name: Mapped[str]
    choice: Mapped[dict[str, Any]]
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class ExtractRequest(Base):
    """Personal columns wanted in the clear: nothing of it changes, `digest` is what is approved."""

    __tablename__ = "extract_requests"
    __table_args__ = (
        CheckConstraint(_FORMAT, name="format"),
        CheckConstraint("decided_by IS NULL OR decided_by <> by", name="two_clerks"),
        Index(None, "at"),
    )

    id: Mapped[IdKey]
    choice: Mapped[dict[str, Any]]
    digest: Mapped[str]
    format: Mapped[str]
    reason: Mapped[str] = mapped_column(Personal("extract_requests.reason"))
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    ends_at: Mapped[datetime | None]  # not to be fetched after
    fetched_at: Mapped[datetime | None]  # once


class ExtractRun(Base):
    """One file that left: who, why, which columns, how many rows. No row of it is kept."""

    __tablename__ = "extract_runs"
    __table_args__ = (CheckConstraint(_FORMAT, name="format"), Index(None, "at"))

    id: Mapped[IdKey]
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("extract_requests.id"))
    choice: Mapped[dict[str, Any]]
    format: Mapped[str]
    reason: Mapped[str] = mapped_column(Personal("extract_runs.reason"))
    rows: Mapped[int]
    sha256: Mapped[str]  # of the ZIP
    by: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)


RECORDS = (SavedExtract, ExtractRequest, ExtractRun)

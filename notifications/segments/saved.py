"""Records of saved segments: the name clerks know, and every version it ever had."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class SavedSegment(Base):
    """A segment clerks use again. `version` is the newest; one that was put away is offered
    nowhere, and its versions stay for the notices that came from them.
    """

    __tablename__ = "saved_segments"
    __table_args__ = (Index("uq_saved_segments_name", "name", unique=True),)

    id: Mapped[IdKey]
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    put_away_at: Mapped[datetime | None]


class SegmentVersion(Base):
    """One version, never changed: name, description and conditions as they were."""

    __tablename__ = "segment_versions"

    segment_id: Mapped[UUID] = mapped_column(ForeignKey("saved_segments.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    body: Mapped[dict[str, Any]]
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)

"""Records of the city's own catalogue: revisions of entries, and the number of the last change."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class State(StrEnum):
    """Where a revision stands: draft → proposed → approved (waits for its day) → live → past."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    LIVE = "live"
    PAST = "past"
    DISCARDED = "discarded"


OPEN = (State.DRAFT, State.PROPOSED, State.APPROVED)


class CatalogueRevision(Base):
    """One wording of one entry. `body` has the shape of the YAML files; empty: withdrawn.

    `author`, `approver`: staff accounts. `live_on`: the day it shall begin to count.
    """

    __tablename__ = "catalogue_revisions"
    __table_args__ = (
        CheckConstraint("thing IN ('item','desk','district','service')", name="thing"),
        CheckConstraint(
            "state IN ('draft','proposed','approved','live','past','discarded')", name="state"
        ),
        UniqueConstraint("thing", "key", "number"),
        Index(
            "uq_catalogue_revisions_live",
            "thing",
            "key",
            unique=True,
            postgresql_where="state = 'live'",
        ),
        Index(
            "uq_catalogue_revisions_open",
            "thing",
            "key",
            unique=True,
            postgresql_where="state IN ('draft','proposed','approved')",
        ),
    )

    id: Mapped[IdKey]
    thing: Mapped[str]
    key: Mapped[str]
    number: Mapped[int]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(default=State.DRAFT)
    note: Mapped[str] = mapped_column(default="")
    author: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    approver: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    live_on: Mapped[date | None]
    live_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class CatalogueVersion(Base):
    """One row: how often the live catalogue has changed."""

    __tablename__ = "catalogue_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(default=0)

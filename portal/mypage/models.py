"""What residents did about a to-do: one row an act, the last one that stands counts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class Kind(StrEnum):
    """What was said about a to-do."""

    DONE = "done"
    DISMISSED = "dismissed"
    POSTPONED = "postponed"


class TodoAct(Base):
    """An act about one occurrence of a service for one person. Undone acts stay as history."""

    __tablename__ = "todo_acts"
    __table_args__ = (
        CheckConstraint("kind IN ('done','dismissed','postponed')", name="kind"),
        CheckConstraint("(kind = 'postponed') = (until IS NOT NULL)", name="later_has_its_day"),
        Index(
            "uq_todo_acts_standing",
            "person_id",
            "service",
            "occurrence",
            "by",  # of a shared card each parent has an act of their own
            unique=True,
            postgresql_where="undone_at IS NULL",
        ),
        Index(
            "ix_todo_acts_done",
            "service",
            "occurrence",
            "person_id",
            postgresql_where="kind = 'done' AND undone_at IS NULL",
        ),
    )

    id: Mapped[IdKey]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    service: Mapped[str]
    occurrence: Mapped[str]
    kind: Mapped[str]
    until: Mapped[date | None]
    by: Mapped[UUID]  # a resident; no key, since it outlives sharing and accounts
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]

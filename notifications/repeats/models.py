"""Records of repeats: the notice and its rule, what was decided, and every run."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class Repeat(Base):
    """A notice that comes again. A change makes a new version, which needs a new approval."""

    __tablename__ = "repeats"
    __table_args__ = (
        CheckConstraint("variants ? 'ja'", name="has_japanese"),
        CheckConstraint("late_hours BETWEEN 0 AND 48", name="late_hours"),
        UniqueConstraint("id", "author_id"),  # what approvals point at, to know the author
    )

    id: Mapped[IdKey]
    author_id: Mapped[UUID]
    name: Mapped[str]
    topic: Mapped[str]
    variants: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    segment: Mapped[dict[str, Any]]  # of a garbage evening nobody: who asked for it is told
    rule: Mapped[dict[str, Any]]  # repeats.rules reads it
    late_hours: Mapped[int]  # a run that is later than that is skipped
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    looked_until: Mapped[datetime | None]  # runs up to then are made or skipped


class RepeatApproval(Base):
    """What a second clerk decided about one version; the author's id is part of the key."""

    __tablename__ = "repeat_approvals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["repeat_id", "author_id"], ["repeats.id", "repeats.author_id"], ondelete="CASCADE"
        ),
        CheckConstraint("decision IN ('approved','returned')", name="decision"),
        CheckConstraint("decided_by <> author_id", name="by_another_clerk"),
        CheckConstraint("decision = 'approved' OR comment <> ''", name="return_says_why"),
        Index(
            "uq_repeat_approvals_approved",
            "repeat_id",
            "version",
            unique=True,
            postgresql_where="decision = 'approved'",
        ),
        Index(None, "repeat_id", "at"),
    )

    id: Mapped[IdKey]
    repeat_id: Mapped[UUID]
    author_id: Mapped[UUID]
    version: Mapped[int]
    decided_by: Mapped[UUID]
    decision: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    counted: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)


class RepeatRun(Base):
    """One date of a repeat: made into notices, or skipped and why (Clerk, Late, Faulty)."""

    __tablename__ = "repeat_runs"
    __table_args__ = (CheckConstraint("skipped IN ('Clerk','Late','Faulty')", name="skipped"),)

    repeat_id: Mapped[UUID] = mapped_column(
        ForeignKey("repeats.id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    skipped: Mapped[str | None]
    by: Mapped[UUID | None]  # the clerk who skipped it


class RepeatNotice(Base):
    """A notice of a run; a garbage evening makes one for each place."""

    __tablename__ = "repeat_notices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["repeat_id", "due_at"],
            ["repeat_runs.repeat_id", "repeat_runs.due_at"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("repeat_id", "due_at", "place"),
    )

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    repeat_id: Mapped[UUID]
    due_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")


RECORDS = (Repeat, RepeatApproval, RepeatRun, RepeatNotice)

"""What became due for whom, found every night: once for each occurrence."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class What(StrEnum):
    """What happened on the day."""

    OPENS = "opens"  # it can be done from this day
    SOON = "soon"  # its last days began


class NewlyDue(Base):
    """A service opened, or its last days began, for a person on a resident's My Page.

    The key makes it once: a reminder about an occurrence is never sent twice.
    """

    __tablename__ = "newly_due"
    __table_args__ = (CheckConstraint("what IN ('opens','soon')", name="what"),)

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    service: Mapped[str] = mapped_column(primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)


class NewlyDueSweep(Base):
    """A day that was looked through, and how much was found."""

    __tablename__ = "newly_due_sweeps"

    day: Mapped[date] = mapped_column(primary_key=True)
    found: Mapped[int]
    finished_at: Mapped[datetime]

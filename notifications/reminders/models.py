"""Records of reminders: what was decided about each thing that became due, and who is told."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base

EVERY_SERVICE = "*"


class NoticeRecipient(Base):
    """A resident a notice is for, where no segment says it: reminders and garbage evenings."""

    __tablename__ = "notice_recipients"
    __table_args__ = (Index(None, "resident_id"),)

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )


class ReminderNight(Base):
    """A day whose reminders were made. Its row is written first, so that there is one a day."""

    __tablename__ = "reminder_nights"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)


class ReminderNotice(Base):
    """A notice of a night: for everybody with so many new things, the last one for more."""

    __tablename__ = "reminder_notices"
    __table_args__ = (Index(None, "day"),)

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(ForeignKey("reminder_nights.day", ondelete="CASCADE"))
    things: Mapped[int]


class ReminderLine(Base):
    """What was decided about one thing that became due: told by a notice, or held back and why.

    The key makes it once for each occurrence, whatever happens around it.
    """

    __tablename__ = "reminder_lines"
    __table_args__ = (
        CheckConstraint("what IN ('opens','soon')", name="what"),
        CheckConstraint("(notice_id IS NULL) = (held_back IS NOT NULL)", name="told_or_why_not"),
        Index(None, "night"),
        Index(None, "notice_id", "resident_id"),
        Index(None, "person_id"),
    )

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[str] = mapped_column(primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[date] = mapped_column(ForeignKey("reminder_nights.day", ondelete="CASCADE"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    held_back: Mapped[str | None]  # a code of `reminders.finding`


class ReminderSwitch(Base):
    """A service whose reminders the city has switched off; "*" means all of them."""

    __tablename__ = "reminder_switches"

    service: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[UUID]  # a clerk
    at: Mapped[datetime] = mapped_column(default=now)


class ReminderWish(Base):
    """What a resident said: whether to be reminded of to-dos, and of which place's garbage."""

    __tablename__ = "reminder_wishes"
    __table_args__ = (Index(None, "garbage_place", postgresql_where="garbage_place IS NOT NULL"),)

    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    todos: Mapped[bool] = mapped_column(default=True)
    garbage_place: Mapped[str | None]  # a district of the garbage guide; None: not wanted
    at: Mapped[datetime] = mapped_column(default=now)


RECORDS = (
    NoticeRecipient,
    ReminderNight,
    ReminderNotice,
    ReminderLine,
    ReminderSwitch,
    ReminderWish,
)

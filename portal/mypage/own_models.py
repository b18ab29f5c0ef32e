"""What residents add to My Page themselves: to-dos of their own, notes, life events."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey


class OwnTodo(Base):
    """A to-do in the resident's own words; nobody else sees it, whoever shares the card.

    A removed card leaves the to-do without a person: what somebody wrote is not lost with it.
    """

    __tablename__ = "own_todos"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "resident_id"),
        Index(None, "removed_at"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(Personal("own_todos.title"))
    note: Mapped[str | None] = mapped_column(Personal("own_todos.note"))
    due_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class TodoNote(Base):
    """A resident's note on a to-do of the catalogue, and the things to bring they have ready."""

    __tablename__ = "todo_notes"
    __table_args__ = (
        UniqueConstraint("resident_id", "person_id", "service", "occurrence"),
        Index(None, "person_id"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    service: Mapped[str]
    occurrence: Mapped[str]
    note: Mapped[str | None] = mapped_column(Personal("todo_notes.note"))
    packed: Mapped[list[str]] = mapped_column(default=list)  # keys of things to bring
    at: Mapped[datetime] = mapped_column(default=now)


class LifeEventEntry(Base):
    """Something that happens in a life, with its day; its fact stands on the resident's card."""

    __tablename__ = "life_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('move_in','move_within','move_out','birth','marriage',"
            "'bereavement','retirement','disaster')",
            name="kind",
        ),
        Index(None, "resident_id"),
        Index(None, "person_id"),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    kind: Mapped[str]
    day: Mapped[date]
    silenced: Mapped[bool] = mapped_column(default=False)  # this entry silenced the person's card
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]

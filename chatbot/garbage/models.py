"""Records of the garbage guide: editions (imports, edits, returns) and the entries they hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey


class Kind(StrEnum):
    """Where an edition comes from."""

    SHIPPED = "shipped"
    IMPORT = "import"
    EDIT = "edit"
    RETURN = "return"


class GarbageEdition(Base):
    """One state of the whole guide. `number` counts those that went live; a trial has none yet.

    `entries`: what a trial would put in, {thing: {key: body}}, emptied once it is live.
    `report`: counts. `rejected`: rows of files not taken, with the cause.
    """

    __tablename__ = "garbage_editions"
    __table_args__ = (
        CheckConstraint("kind IN ('shipped','import','edit','return')", name="kind"),
        UniqueConstraint("number"),
    )

    id: Mapped[IdKey]
    number: Mapped[int | None]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    live_at: Mapped[datetime | None]
    author: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="")
    files: Mapped[list[str]] = mapped_column(default=list)
    entries: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rejected: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class GarbageEntry(Base):
    """One wording of one item, class, district, center or group of synonyms.

    It holds from edition `since` to the one before `until` (None: still). `body` has the shape of
    our files. `place`: its place in the list.
    """

    __tablename__ = "garbage_entries"
    __table_args__ = (
        CheckConstraint("thing IN ('class','item','district','center','synonym')", name="thing"),
        CheckConstraint("until > since", name="order"),
        UniqueConstraint("thing", "key", "since"),
        Index(
            "uq_garbage_entries_live",
            "thing",
            "key",
            unique=True,
            postgresql_where="until IS NULL",
        ),
    )

    id: Mapped[IdKey]
    thing: Mapped[str]
    key: Mapped[str]
    place: Mapped[int]
    body: Mapped[dict[str, Any]]
    since: Mapped[int]
    until: Mapped[int | None]

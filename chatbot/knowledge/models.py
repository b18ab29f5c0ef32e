"""Records of what staff write over the shipped answers, and of pages answers came from."""

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


class Thing(StrEnum):
    """What knowledge is made of."""

    FAQ = "faq"
    SYNONYM = "synonym"
    STOP_WORDS = "stop_words"


class State(StrEnum):
    """Where a revision stands: draft → proposed → approved (waits for its day) → live → past."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    LIVE = "live"
    PAST = "past"
    DISCARDED = "discarded"


OPEN = (State.DRAFT, State.PROPOSED, State.APPROVED)


class AnswerRevision(Base):
    """One wording of one entry. `body` has the shape of `bodies`; empty: withdrawn.

    `author`, `approver`: staff accounts. `live_on`: the day it shall begin to count. `first` and
    `last`: the numbers of AnswerVersion with which it came into force and was in force at the
    last, so that any earlier knowledge can be put together again.
    """

    __tablename__ = "answer_revisions"
    __table_args__ = (
        CheckConstraint("thing IN ('faq','synonym','stop_words')", name="thing"),
        CheckConstraint(
            "state IN ('draft','proposed','approved','live','past','discarded')", name="state"
        ),
        UniqueConstraint("thing", "key", "number"),
        Index(
            "uq_answer_revisions_live",
            "thing",
            "key",
            unique=True,
            postgresql_where="state = 'live'",
        ),
        Index(
            "uq_answer_revisions_open",
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
    first: Mapped[int | None]
    last: Mapped[int | None]


class AnswerVersion(Base):
    """One row: how often what is in force has changed."""

    __tablename__ = "answer_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    number: Mapped[int] = mapped_column(default=0)


class AnswerSource(Base):
    """A question as it stood on a page of the city's site when it was taken.

    `digest` is of question and answer as taken; `changed_at` is set while the page says something
    else than what was taken (`found` holds its words; empty: the question is gone), and emptied
    when a clerk has looked.
    """

    __tablename__ = "answer_sources"
    __table_args__ = (UniqueConstraint("url", "key"),)

    id: Mapped[IdKey]
    key: Mapped[str]
    url: Mapped[str]
    digest: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(default=now)
    looked_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]
    found: Mapped[str] = mapped_column(default="")

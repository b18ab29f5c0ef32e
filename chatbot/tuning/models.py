"""What is kept of questions: masked words without who asked, and what staff made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal
from portal.core.db import Base, IdKey


class AskedQuestion(Base):
    """One turn of a conversation, without who asked, only on which day and in which hour.

    The id is random (UUIDv4): ids of other records carry their moment, which would lead back to
    who was there. `after`: the last turn before that was typed; a pick
    has no text of its own. `solved` is what the asker
    said; `reason` and `words` (masked) why not.
    """

    __tablename__ = "asked_questions"
    __table_args__ = (
        CheckConstraint("channel IN ('web','line')", name="channel"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        Index(None, "day", "hour"),
        Index(None, "folded"),
        Index(None, "after", postgresql_where=text("after IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    day: Mapped[date]
    hour: Mapped[int]
    channel: Mapped[str]
    language: Mapped[str]
    release: Mapped[str] = mapped_column(default="")
    trial: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(default="")
    folded: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(default="")
    offered: Mapped[list[str]] = mapped_column(default=list)
    after: Mapped[UUID | None]
    solved: Mapped[bool | None]
    reason: Mapped[str | None]
    words: Mapped[str | None]


class AskedCount(Base):
    """What is left of a day's questions when they expire: figures."""

    __tablename__ = "asked_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
    solved: Mapped[int] = mapped_column(default=0)
    unsolved: Mapped[int] = mapped_column(default=0)


class JudgedAnswer(Base):
    """What a clerk says of one answer of the month's random sample."""

    __tablename__ = "judged_answers"
    __table_args__ = (
        CheckConstraint("mark IN ('right','partly','wrong','unclear')", name="mark"),
        Index(None, "month"),
    )

    id: Mapped[IdKey]
    asked_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("asked_questions.id", ondelete="SET NULL"), unique=True
    )
    month: Mapped[date]
    channel: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    seen: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[str]
    right_key: Mapped[str] = mapped_column(default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)


class MissDecision(Base):
    """What staff made of a group of questions that were not answered; an undone one is history."""

    __tablename__ = "miss_decisions"
    __table_args__ = (
        CheckConstraint("act IN ('alias','synonym','draft','not_ours','ignore')", name="act"),
        Index(
            "uq_miss_decisions_folded",
            "folded",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    folded: Mapped[str]
    words: Mapped[str]
    act: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    undone_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]


class QuestionTicket(Base):
    """A question left for staff, with an address for the answer if its writer wants one."""

    __tablename__ = "question_tickets"
    __table_args__ = (Index(None, "answered_at"),)

    id: Mapped[IdKey]
    words: Mapped[str] = mapped_column(Personal("question_tickets.words"))
    mail: Mapped[str | None] = mapped_column(Personal("question_tickets.mail"))
    language: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str | None] = mapped_column(Personal("question_tickets.answer"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    drafted: Mapped[str] = mapped_column(default="")


class TestQuestion(Base):
    """A question staff expect to lead to one entry."""

    __test__ = False  # pytest: not a test
    __tablename__ = "test_questions"
    __table_args__ = (UniqueConstraint("key", "folded"), Index(None, "key"))

    id: Mapped[IdKey]
    key: Mapped[str]
    text: Mapped[str]
    folded: Mapped[str]
    language: Mapped[str] = mapped_column(default="ja")
    origin: Mapped[str] = mapped_column(default="staff")
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)


class LearnedWeights(Base):
    """One training: asked for, then done or failed; `model` are the bytes of a LearnedModel."""

    __tablename__ = "learned_weights"

    id: Mapped[IdKey]
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    fault: Mapped[str | None]
    labels: Mapped[int] = mapped_column(default=0)
    model: Mapped[bytes | None] = mapped_column(LargeBinary)


class AnswerRelease(Base):
    """One state of the engine: which knowledge, which learned weights, how far it is out.

    draft → trial (staff) → pilot (a share of conversations) → live → past. `knowledge_number`: the
    number of the knowledge it is fixed to; empty: always what is in force. `drafts`: with every
    open draft, for staff only. `gate`: the figures it was last measured with.
    """

    __tablename__ = "answer_releases"
    __table_args__ = (
        CheckConstraint("state IN ('draft','trial','pilot','live','past','dropped')", name="state"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        Index(
            "uq_answer_releases_state",
            "state",
            unique=True,
            postgresql_where=text("state IN ('trial','pilot','live')"),
        ),
    )

    id: Mapped[IdKey]
    number: Mapped[int] = mapped_column(unique=True)
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    knowledge_number: Mapped[int | None]
    drafts: Mapped[bool] = mapped_column(default=False)
    learned_id: Mapped[UUID | None] = mapped_column(ForeignKey("learned_weights.id"))
    share: Mapped[int] = mapped_column(default=0)
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    author: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(default=now)
    approver: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class Replay(Base):
    """Logged questions asked of two releases."""

    __tablename__ = "replays"

    id: Mapped[IdKey]
    before: Mapped[str]
    after: Mapped[str]
    by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    fault: Mapped[str | None]
    asked: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)


class ReplayChange(Base):
    """One question that two releases answer differently, and whether that is better."""

    __tablename__ = "replay_changes"
    __table_args__ = (
        CheckConstraint("mark IN ('better','worse','same')", name="mark"),
        Index(None, "replay_id"),
    )

    id: Mapped[IdKey]
    replay_id: Mapped[UUID] = mapped_column(ForeignKey("replays.id", ondelete="CASCADE"))
    text: Mapped[str]
    times: Mapped[int]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    mark: Mapped[str | None]
    marked_by: Mapped[UUID | None]


RECORDS = (
    AskedQuestion,
    AskedCount,
    JudgedAnswer,
    MissDecision,
    QuestionTicket,
    TestQuestion,
    LearnedWeights,
    AnswerRelease,
    Replay,
    ReplayChange,
)

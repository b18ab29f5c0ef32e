"""Notices, what was decided about them, and the rows that are the work of delivering."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Base, IdKey

LISTED = frozenset({"todos", "garbage"})  # origins whose readers are named one by one
OPEN = "sent_at IS NULL AND failed_at IS NULL"


class Notice(Base):
    """One notice. `variants` holds {"ja": {"title", "body"}, "en": …}; Japanese is always there.

    There is no status column: `notices.status` computes it from these facts.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("kind IN ('normal','emergency','drill')", name="kind"),
        CheckConstraint("variants ? 'ja'", name="has_japanese"),
        CheckConstraint("origin IN ('clerk','repeat','todos','garbage')", name="origin"),
        ForeignKeyConstraint(
            ["segment_id", "segment_version"],
            ["segment_versions.segment_id", "segment_versions.version"],
        ),
        ForeignKeyConstraint(
            ["template_id", "template_version"],
            ["notice_template_versions.template_id", "notice_template_versions.version"],
            name="fk_notices_template",  # the convention's name is longer than PostgreSQL takes
        ),
        CheckConstraint("start_delay BETWEEN 0 AND 30", name="start_delay"),
        UniqueConstraint("id", "author_id"),  # what approvals point at, to know the author
        Index(None, "created_at"),
        Index(None, "corrects_id", postgresql_where="corrects_id IS NOT NULL"),
    )

    id: Mapped[IdKey]
    author_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(default="normal")
    # Who made it: a clerk, a repeat, the night's reminders of to-dos, the evening before garbage.
    origin: Mapped[str] = mapped_column(default="clerk", server_default="clerk")
    topic: Mapped[str]
    variants: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    rich: Mapped[dict[str, Any] | None]  # by language: a picture with areas, or cards, for LINE
    segment: Mapped[dict[str, Any]]
    segment_id: Mapped[UUID | None]  # the saved segment the copy came from, and its version
    segment_version: Mapped[int | None]
    template_id: Mapped[UUID | None]  # the template the words began as, and its version
    template_version: Mapped[int | None]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id"))
    start_delay: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # minutes in which it can be stopped
    starts_at: Mapped[datetime | None]  # said by the approval: the delay, the quiet hours
    version: Mapped[int] = mapped_column(default=1)  # goes up with every change of the words
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    fanned_out_at: Mapped[datetime | None]  # its deliveries exist since then
    paused_at: Mapped[datetime | None]
    # Where LINE's month has no room: a clerk lets it go out without LINE.
    mail_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    paused_why: Mapped[str | None]  # ByClerk, Quota or LineRefuses


class NoticeVersion(Base):
    """A version of a notice as it was kept: what approvers compare the next one with."""

    __tablename__ = "notice_versions"

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    kept: Mapped[dict[str, Any]]  # variants, link, topic, kind, segment, start_delay
    at: Mapped[datetime] = mapped_column(default=now)


class Approval(Base):
    """What a second clerk decided about one version of a notice.

    The author's id is part of the foreign key, so the check holds whatever program writes it.
    """

    __tablename__ = "notice_approvals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["notice_id", "author_id"], ["notices.id", "notices.author_id"], ondelete="CASCADE"
        ),
        CheckConstraint("decision IN ('approved','returned')", name="decision"),
        CheckConstraint("decided_by <> author_id", name="by_another_clerk"),
        CheckConstraint("decision = 'approved' OR comment <> ''", name="return_says_why"),
        Index(
            "uq_notice_approvals_approved",
            "notice_id",
            unique=True,
            postgresql_where="decision = 'approved'",
        ),
        Index(None, "notice_id", "at"),
    )

    id: Mapped[IdKey]
    notice_id: Mapped[UUID]
    author_id: Mapped[UUID]
    version: Mapped[int]
    decided_by: Mapped[UUID]
    decision: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    counted: Mapped[int]  # residents meant when it was decided; what the clerk saw
    at: Mapped[datetime] = mapped_column(default=now)


class Batch(Base):
    """Up to 500 deliveries of one notice, channel and language: what one ring works on.

    `retry_key` is LINE's X-Line-Retry-Key, the same at every try; a split makes new ones.
    """

    __tablename__ = "delivery_batches"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", "language", "part"),
        CheckConstraint("channel IN ('line','mail')", name="channel"),
        Index(None, "next_try_at", postgresql_where="done_at IS NULL"),
    )

    id: Mapped[IdKey]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"))
    channel: Mapped[str]
    language: Mapped[str]
    part: Mapped[int]
    retry_key: Mapped[UUID]
    tries: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    request_id: Mapped[str | None]  # LINE's, the only thread to pull when something is asked
    error: Mapped[str | None]
    killed: Mapped[int] = mapped_column(default=0, server_default="0")  # ends amid a letter


class Delivery(Base):
    """One notice to one resident: exactly one row, on the channel chosen for it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("channel IN ('line','mail')", name="channel"),
        Index(None, "resident_id"),
        Index(
            "ix_deliveries_open",
            "notice_id",
            "channel",
            "language",
            "part",
            postgresql_where=OPEN,
        ),
    )

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str]
    language: Mapped[str]
    part: Mapped[int]  # with channel and language, its batch
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]


class Opening(Base):
    """How often a notice's landing address was opened from a channel; nobody is in it."""

    __tablename__ = "notice_openings"

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)  # inbox, link
    count: Mapped[int] = mapped_column(default=0)


class InboxEntry(Base):
    """A notice in a resident's inbox, whether or not a channel carried it too."""

    __tablename__ = "inbox_entries"
    __table_args__ = (
        Index(None, "resident_id", "at"),
        Index("ix_inbox_entries_notice_id", "notice_id"),
        Index(
            "ix_inbox_entries_unread",
            "resident_id",
            postgresql_where="read_at IS NULL AND archived_at IS NULL",
        ),
    )

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    rated: Mapped[bool] = mapped_column(default=False, server_default="false")


class Rating(Base):
    """How easy residents found what a notice asked for: how often each figure was given."""

    __tablename__ = "notice_ratings"
    __table_args__ = (CheckConstraint("ease BETWEEN 1 AND 7", name="ease"),)

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True
    )
    ease: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)

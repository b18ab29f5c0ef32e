"""Records of reports: what was told, its pictures, each act on it, who follows, whose ground."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chatbot.reports.rules import State
from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey

STATES = ",".join(f"'{state}'" for state in State)
CHANNELS = ("web", "line", "api", "staff")


class Report(Base):
    """One thing somebody told the city. `state` is what its acts came to, kept for lists."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("channel IN ('web','line','api','staff')", name="channel"),
        CheckConstraint("(state = 'duplicate') = (duplicate_of IS NOT NULL)", name="duplicate"),
        Index(None, "state", "created_at"),
        Index(
            None, "category", "latitude", "longitude", postgresql_where=text("closed_at IS NULL")
        ),
        Index(None, "resident_id"),
        Index(None, "duplicate_of"),
    )

    id: Mapped[IdKey]
    number: Mapped[str] = mapped_column(unique=True)
    link_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    state: Mapped[str] = mapped_column(default=State.RECEIVED.value)
    category: Mapped[str]
    words: Mapped[str] = mapped_column(Personal("reports.words"))
    place: Mapped[str] = mapped_column(Personal("reports.place"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    district: Mapped[str] = mapped_column(default="")
    desk: Mapped[str]
    outside: Mapped[bool] = mapped_column(default=False)
    whose: Mapped[str] = mapped_column(default="")  # whose road it is, when not the city's
    channel: Mapped[str]
    language: Mapped[str] = mapped_column(default="ja")
    resident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="SET NULL")
    )
    mail: Mapped[str | None] = mapped_column(Personal("reports.mail"))
    phone: Mapped[str | None] = mapped_column(Personal("reports.phone"))
    line_user: Mapped[str | None] = mapped_column(Personal("reports.line_user"))
    public_words: Mapped[str] = mapped_column(default="")  # what a clerk lets the open data say
    duplicate_of: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id"))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]  # contact and pictures are gone


class ReportDraft(Base):
    """What somebody is about to tell, for 24 hours; found by a browser's or a talk's secret."""

    __tablename__ = "report_drafts"
    __table_args__ = (CheckConstraint("channel IN ('web','line')", name="channel"),)

    id: Mapped[IdKey]
    owner_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    channel: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("report_drafts.fields"))
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ReportPicture(Base):
    """A cleaned picture of a draft or a report; `file` names it in the media folder."""

    __tablename__ = "report_pictures"
    __table_args__ = (
        CheckConstraint("num_nonnulls(report_id, draft_id) = 1", name="one_owner"),
        Index(None, "report_id"),
        Index(None, "draft_id"),
        Index(None, "line_message_id", postgresql_where=text("line_message_id IS NOT NULL")),
    )

    id: Mapped[IdKey]
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    draft_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("report_drafts.id", ondelete="CASCADE")
    )
    file: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    line_message_id: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(default=now)


class ReportAct(Base):
    """One thing that was done to a report. `words`: an answer (public) or a note (not)."""

    __tablename__ = "report_acts"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('state','assign','answer','note','reopen','thanks','category')", name="kind"
        ),
        Index(None, "report_id", "at"),
        Index(None, "at", postgresql_where=text("tells AND told_at IS NULL")),
    )

    id: Mapped[IdKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str]
    staff_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # columns as they were, for undo
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[str] = mapped_column(Personal("report_acts.words"))
    tells: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ReportFollower(Base):
    """Somebody who said "me too": counted once, told of changes where they left a way to."""

    __tablename__ = "report_followers"
    __table_args__ = (
        UniqueConstraint("report_id", "voter_hash"),
        Index(None, "resident_id"),
    )

    id: Mapped[IdKey]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    voter_hash: Mapped[bytes] = mapped_column(LargeBinary)
    link_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    resident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("residents.id", ondelete="SET NULL")
    )
    mail: Mapped[str | None] = mapped_column(Personal("report_followers.mail"))
    line_user: Mapped[str | None] = mapped_column(Personal("report_followers.line_user"))
    language: Mapped[str] = mapped_column(default="ja")
    at: Mapped[datetime] = mapped_column(default=now)


class ReportCategory(Base):
    """A category as staff have it: takes the place of the shipped one with its key."""

    __tablename__ = "report_categories"

    key: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[dict[str, Any]]
    position: Mapped[int]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class ReportArea(Base):
    """A boundary or a road of an uploaded file. A newer file of its kind ends it."""

    __tablename__ = "report_areas"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('city','district','prefecture_road','state_road','other')", name="kind"
        ),
        Index(None, "kind", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[IdKey]
    kind: Mapped[str]
    name: Mapped[str]
    responsible: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    desk: Mapped[str] = mapped_column(default="")
    geometry: Mapped[dict[str, Any]]
    file: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class ReportKey(Base):
    """A key by which another program may post reports (Open311); only its hash is kept."""

    __tablename__ = "report_keys"

    id: Mapped[IdKey]
    name: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


RECORDS = (
    Report,
    ReportDraft,
    ReportPicture,
    ReportAct,
    ReportFollower,
    ReportCategory,
    ReportArea,
    ReportKey,
)

"""Notices as clerks see them: lists, one notice with its decisions, the report of its sending."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select

from auth.staff.accounts import StaffAccount
from notifications.notices.models import (
    Approval,
    Batch,
    Delivery,
    InboxEntry,
    Notice,
    NoticeVersion,
)
from notifications.notices.status import Facts, Status, status_of
from notifications.notices.words import variant
from portal.core.db import read
from portal.core.i18n import DEFAULT

PAGE = 20


@dataclass(frozen=True, slots=True)
class View:
    """A notice with its status; it has the words `notices.letters` says."""

    id: UUID
    author_id: UUID
    kind: str
    topic: str
    variants: dict[str, Any]
    link: str | None
    rich: dict[str, Any] | None
    segment: dict[str, Any]
    version: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    start_delay: int
    starts_at: datetime | None
    corrects_id: UUID | None
    origin: str
    status: Status

    @property
    def title(self) -> str:
        """The Japanese title as it leaves."""
        return variant(self, DEFAULT)["title"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a clerk decided."""

    decided_by: UUID
    decision: str
    comment: str
    counted: int
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many deliveries of one channel ended alike; `reason` of a failure."""

    channel: str
    state: str  # sent, failed, open
    reason: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """Where a notice's sending stands."""

    targeted: int
    read: int
    outcomes: tuple[Outcome, ...]
    repeated: int  # at most so many letters came twice: connections that ended amid one

    def total(self, state: str, channel: str | None = None) -> int:
        """Deliveries in a state."""
        return sum(
            each.count
            for each in self.outcomes
            if each.state == state and channel in (None, each.channel)
        )

    @property
    def deliveries(self) -> int:
        """All deliveries; the others of `targeted` have only the inbox."""
        return sum(each.count for each in self.outcomes)


_NEWEST = (
    select(Approval.decision)
    .where(Approval.notice_id == Notice.id)
    .order_by(Approval.at.desc())
    .limit(1)
    .correlate(Notice)
    .scalar_subquery()
)
_OPEN = exists().where(
    Delivery.notice_id == Notice.id, Delivery.sent_at.is_(None), Delivery.failed_at.is_(None)
)
_VIEW = (
    Notice.id,
    Notice.author_id,
    Notice.kind,
    Notice.topic,
    Notice.variants,
    Notice.link,
    Notice.rich,
    Notice.segment,
    Notice.version,
    Notice.created_at,
    Notice.changed_at,
    Notice.submitted_at,
    Notice.start_delay,
    Notice.starts_at,
    Notice.corrects_id,
    Notice.origin,
    Notice.cancelled_at,
    Notice.fanned_out_at,
    _NEWEST.label("decision"),
    _OPEN.label("open"),
)


def newest(limit: int, offset: int) -> tuple[list[View], int]:
    """Some of them, newest first, and how many there are."""
    rows = (
        read()
        .execute(
            select(*_VIEW, func.count().over().label("total"))
            .where(Notice.origin == "clerk")  # the others are under what made them
            .order_by(Notice.created_at.desc(), Notice.id)
            .limit(limit)
            .offset(offset)
        )
        .all()
    )
    return [_view(row) for row in rows], rows[0].total if rows else 0


def one(notice_id: UUID) -> View | None:
    """A notice with its status."""
    row = read().execute(select(*_VIEW).where(Notice.id == notice_id)).one_or_none()
    return _view(row) if row else None


def decisions(notice_id: UUID) -> list[Decision]:
    """Every decision about a notice, newest first."""
    rows = read().execute(
        select(
            Approval.decided_by,
            Approval.decision,
            Approval.comment,
            Approval.counted,
            Approval.at,
            Approval.version,
        )
        .where(Approval.notice_id == notice_id)
        .order_by(Approval.at.desc())
    )
    return [Decision(*row) for row in rows]


def kept_version(notice_id: UUID, version: int) -> dict[str, Any] | None:
    """A version as it was kept."""
    found: dict[str, Any] | None = (
        read()
        .execute(
            select(NoticeVersion.kept).where(
                NoticeVersion.notice_id == notice_id, NoticeVersion.version == version
            )
        )
        .scalar()
    )
    return found


def report(notice_id: UUID) -> Report:
    """Targeted, sent, failed by reason, read."""
    entries = (
        read()
        .execute(
            select(func.count(), func.count(InboxEntry.read_at)).where(
                InboxEntry.notice_id == notice_id
            )
        )
        .one()
    )
    sent, failed = Delivery.sent_at.is_not(None), Delivery.failed_at.is_not(None)
    rows = (
        read()
        .execute(
            select(
                Delivery.channel,
                sent,
                failed,
                Delivery.error,
                func.count(),
            )
            .where(Delivery.notice_id == notice_id)
            .group_by(Delivery.channel, sent, failed, Delivery.error)
            .order_by(Delivery.channel, sent.desc(), failed)
        )
        .all()
    )
    outcomes = tuple(
        Outcome(row[0], "sent" if row[1] else "failed" if row[2] else "open", row[3], row[4])
        for row in rows
    )
    killed = select(func.coalesce(func.sum(Batch.killed), 0)).where(Batch.notice_id == notice_id)
    repeated = read().execute(killed.where(Batch.channel == "mail")).scalar_one()
    return Report(entries[0], entries[1], outcomes, int(repeated))


def clerks(ids: set[UUID]) -> dict[UUID, str]:
    """Names of clerks."""
    rows = read().execute(
        select(StaffAccount.id, StaffAccount.name).where(StaffAccount.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def waiting_until(notice_id: UUID) -> datetime | None:
    """When the next open batch is due; in the future when LINE or the relay asked for time."""
    return (
        read()
        .execute(
            select(func.min(Batch.next_try_at)).where(
                Batch.notice_id == notice_id, Batch.done_at.is_(None)
            )
        )
        .scalar()
    )


def _view(row: Row[Any]) -> View:
    # Reminders of to-dos have nobody to decide about them: the words are the product's own.
    decision = "approved" if row.origin == "todos" else row.decision
    facts = Facts(row.submitted_at, row.cancelled_at, row.fanned_out_at, decision, row.open)
    shown = {each.name: row._mapping[each.name] for each in fields(View) if each.name != "status"}
    return View(status=status_of(facts), **shown)

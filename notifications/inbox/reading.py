"""What a resident's inbox holds: lean reads, one query each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from notifications.notices.models import InboxEntry, Notice
from portal.core.db import read, rows

PAGE = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One notice of the inbox; it has the words `notices.letters` says."""

    id: UUID
    kind: str
    topic: str
    variants: dict[str, Any]
    link: str | None
    segment: dict[str, Any]
    at: datetime
    read_at: datetime | None
    archived_at: datetime | None
    # Asked for by the page of one notice only.
    rich: dict[str, Any] | None = None
    rated: bool = True


_COLUMNS = (
    Notice.id,
    Notice.kind,
    Notice.topic,
    Notice.variants,
    Notice.link,
    Notice.segment,
    InboxEntry.at,
    InboxEntry.read_at,
    InboxEntry.archived_at,
)


def page_of(resident_id: UUID, page: int, *, archived: bool) -> tuple[list[Item], int]:
    """One page, unread first and newest first, and how many entries there are."""
    rows = (
        read()
        .execute(
            select(*_COLUMNS, func.count().over().label("total"))
            .join(Notice, Notice.id == InboxEntry.notice_id)
            .where(_mine(resident_id, archived=archived))
            .order_by(InboxEntry.read_at.is_not(None), InboxEntry.at.desc(), Notice.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        .all()
    )
    return [Item(*row[:-1]) for row in rows], rows[0].total if rows else 0


def one_of(resident_id: UUID, notice_id: UUID) -> Item | None:
    """A notice this resident received."""
    row = (
        read()
        .execute(
            select(*_COLUMNS, Notice.rich, InboxEntry.rated)
            .join(Notice, Notice.id == InboxEntry.notice_id)
            .where(InboxEntry.resident_id == resident_id, InboxEntry.notice_id == notice_id)
        )
        .one_or_none()
    )
    return Item(*row) if row else None


# For every My Page (`registries.Section.sql`): the newest unread ones, each saying how many are.
NEWEST_UNREAD = """
(SELECT json_agg(newest) FROM (
   SELECT n.id, n.kind, n.topic, n.variants, n.link, n.segment, e.at, count(*) OVER () AS total
     FROM inbox_entries e JOIN notices n ON n.id = e.notice_id
    WHERE e.resident_id = %(resident)s AND e.read_at IS NULL AND e.archived_at IS NULL
    ORDER BY e.at DESC LIMIT 3) AS newest)
"""
UNREAD_COUNT = """
SELECT count(*) FROM inbox_entries
WHERE resident_id = %(resident)s AND read_at IS NULL AND archived_at IS NULL
"""


def newest_unread(found: list[dict[str, Any]] | None) -> tuple[list[Item], int]:
    """The newest unread notices and how many are unread in all, of what NEWEST_UNREAD gave."""
    found = found or []
    return [_unread(row) for row in found], found[0]["total"] if found else 0


def _unread(row: dict[str, Any]) -> Item:
    return Item(
        id=UUID(row["id"]),
        kind=row["kind"],
        topic=row["topic"],
        variants=row["variants"],
        link=row["link"],
        segment=row["segment"],
        at=datetime.fromisoformat(row["at"]),
        read_at=None,
        archived_at=None,
    )


NEWEST = """
SELECT n.id, n.kind, n.topic, n.variants, n.link, n.segment, e.at, e.read_at, e.archived_at
FROM inbox_entries e JOIN notices n ON n.id = e.notice_id
WHERE e.resident_id = %(resident)s ORDER BY e.at DESC LIMIT %(most)s
"""


def newest(resident_id: UUID, most: int) -> list[Item]:
    """The newest notices, read and archived ones too."""
    return [Item(*row) for row in rows(NEWEST, {"resident": resident_id, "most": most})]


def unread_count(resident_id: UUID) -> int:
    """How many notices are unread."""
    return int(rows(UNREAD_COUNT, {"resident": resident_id})[0][0])


def _mine(resident_id: UUID, *, archived: bool) -> ColumnElement[bool]:
    kept = InboxEntry.archived_at
    return and_(
        InboxEntry.resident_id == resident_id,
        kept.is_not(None) if archived else kept.is_(None),
    )

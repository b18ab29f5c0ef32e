"""What a resident does with a notice: read it, put it away, take it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from notifications.notices.models import InboxEntry
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound


def note_reading(resident_id: UUID, notice_id: UUID) -> None:
    """Opening a notice is a fact of its own, kept once. Nobody decided anything, so no audit."""
    read().execute(
        update(InboxEntry)
        .where(
            InboxEntry.resident_id == resident_id,
            InboxEntry.notice_id == notice_id,
            InboxEntry.read_at.is_(None),
        )
        .values(read_at=now())
    )


def read_all(session: Session, resident_id: UUID) -> int:
    """Mark everything as read; gives how many were not."""
    done = session.execute(
        update(InboxEntry)
        .where(
            InboxEntry.resident_id == resident_id,
            InboxEntry.read_at.is_(None),
            InboxEntry.archived_at.is_(None),
        )
        .values(read_at=now())
    )
    count = int(done.rowcount)  # type: ignore[attr-defined]
    audit.record(session, "inbox.all_read", ("resident", resident_id), count=count)
    return count


def put_away(session: Session, resident_id: UUID, notice_id: UUID) -> None:
    """The notice leaves the list; it stays in the archive."""
    _archive(session, resident_id, notice_id, now())
    audit.record(session, "inbox.put_away", ("notice", notice_id))


def take_back(session: Session, resident_id: UUID, notice_id: UUID) -> None:
    """The notice is in the list again."""
    _archive(session, resident_id, notice_id, None)
    audit.record(session, "inbox.taken_back", ("notice", notice_id))


def _archive(session: Session, resident_id: UUID, notice_id: UUID, moment: datetime | None) -> None:
    found = session.execute(
        update(InboxEntry)
        .where(InboxEntry.resident_id == resident_id, InboxEntry.notice_id == notice_id)
        .values(archived_at=moment)
        .returning(InboxEntry.notice_id)
    ).scalar()
    if found is None:
        raise NotFound()

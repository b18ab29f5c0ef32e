"""Making, renewing, wording and revoking the secret address of a calendar feed."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound
from portal.core.ids import new_secret
from portal.mypage.calendar.models import CalendarFeed
from portal.residents.models import Resident

NOTED_EVERY = timedelta(hours=1)  # "last fetched" is this exact, which saves a write a fetch


def renew(session: Session, resident_id: UUID, wording: str, alarm_days: int | None) -> str:
    """A new address, told once; the one before is worth nothing from now on."""
    secret = new_secret()
    session.execute(delete(CalendarFeed).where(CalendarFeed.resident_id == resident_id))
    session.add(
        CalendarFeed(
            resident_id=resident_id,
            token_hash=_hash(secret),
            wording=wording,
            alarm_days=alarm_days,
        )
    )
    audit.record(session, "calendar.renewed", ("resident", resident_id), wording=wording)
    return secret


def reword(session: Session, resident_id: UUID, wording: str, alarm_days: int | None) -> None:
    """The same address says more or less."""
    feed = session.scalar(select(CalendarFeed).where(CalendarFeed.resident_id == resident_id))
    if feed is None:
        raise NotFound()
    feed.wording, feed.alarm_days = wording, alarm_days
    audit.record(session, "calendar.reworded", ("resident", resident_id), wording=wording)


def revoke(session: Session, resident_id: UUID) -> None:
    """The address is worth nothing any more; harmless when there is none."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.resident_id == resident_id))
    audit.record(session, "calendar.revoked", ("resident", resident_id))


def feed_of_resident(resident_id: UUID) -> CalendarFeed | None:
    """The resident's feed."""
    return _one(CalendarFeed.resident_id == resident_id)


def feed_by_secret(secret: str) -> CalendarFeed | None:
    """The feed with this address, of somebody who is still here."""
    return _one(CalendarFeed.token_hash == _hash(secret))


def note_fetch(feed: CalendarFeed) -> None:
    """Remember when a calendar asked last."""
    stale = or_(CalendarFeed.fetched_at.is_(None), CalendarFeed.fetched_at < now() - NOTED_EVERY)
    noted = update(CalendarFeed).where(CalendarFeed.id == feed.id, stale)
    read().execute(noted.values(fetched_at=now()))


def _one(wanted: object) -> CalendarFeed | None:
    row = (
        read()
        .execute(
            select(CalendarFeed.__table__)
            .join(Resident, Resident.id == CalendarFeed.resident_id)
            .where(wanted, Resident.left_at.is_(None))  # type: ignore[arg-type]
        )
        .first()
    )
    return CalendarFeed(**row._mapping) if row else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

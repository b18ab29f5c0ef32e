"""The end of the log's time: old entries go, and a signed cut lets the chain still be verified."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import Row, delete, select, text
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.audit import AuditEntry
from portal.core.audit_records import AuditCut, AuditLink, AuditSeal
from portal.core.audit_sealing import LOCK, newest_seal, sign
from portal.core.clock import TOKYO, now, today
from portal.core.db import transaction

MOST = 20_000  # of one cut: a transaction of a second or two
STEP = timedelta(days=1)  # one cut a day, not one a minute


def cut() -> int:
    """A tick: delete what is older than the setting says; returns how many entries."""
    limit = limit_on(today(), current_app.extensions["mado.settings"].AUDIT_KEPT_YEARS)
    with transaction() as session:
        locked = text("SELECT pg_try_advisory_xact_lock(:n)")
        if not session.execute(locked, {"n": LOCK}).scalar():
            return 0
        oldest = _oldest(session, 1)
        if not oldest or oldest[0].at >= limit - STEP:
            return 0
        over = []
        for row in _oldest(session, MOST):
            if row.at >= limit:  # what stands behind a younger one waits for it
                break
            over.append(row)
        return _cut(session, over)


def limit_on(day: date, years: int) -> datetime:
    """Entries before this moment have been kept long enough."""
    return datetime.combine(day - timedelta(days=366 * years), time(), TOKYO)


def _oldest(session: Session, most: int) -> list[Row[tuple[int, bytes, datetime]]]:
    found = (
        select(AuditLink.position, AuditLink.hash, AuditEntry.at)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.position)
        .limit(most)
    )
    return list(session.execute(found))


def _cut(session: Session, over: list[Row[tuple[int, bytes, datetime]]]) -> int:
    last = over[-1]
    made = AuditCut(
        position=last.position,
        hash=last.hash,
        entries=len(over),
        newest_at=max(row.at for row in over),
        cut_at=now(),
    )
    sign(made)
    session.add(made)
    session.flush()  # the database lets go of nothing that no cut covers
    gone = select(AuditLink.entry_id).where(AuditLink.position <= last.position)
    session.execute(delete(AuditEntry).where(AuditEntry.id.in_(gone)))
    session.execute(delete(AuditLink).where(AuditLink.position <= last.position))
    newest = newest_seal(session)
    assert newest is not None  # noqa: S101  (links come with seals)
    session.execute(
        delete(AuditSeal).where(
            AuditSeal.position < last.position, AuditSeal.number < newest.number
        )
    )
    audit.record(session, "audit.cut", None, entries=len(over), position=last.position)
    return len(over)

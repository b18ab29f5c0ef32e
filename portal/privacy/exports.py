"""Taking everything along: asked for, made by a worker, fetched, gone after seven days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.crypto import key_ring
from portal.core.db import read, transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.registries import registries
from portal.privacy.archive import archive
from portal.privacy.models import DataExport
from portal.residents.models import Resident

KEPT_FOR = timedelta(days=7)
MOST_A_DAY = 3
CLAIM_FOR = timedelta(minutes=10)  # a worker that died is replaced after this
TRIES = 5
JOB = "portal.privacy.exports.make"
READY, PAGE = "portal_export_ready", "/my/data"


class Enough(Conflict):
    """One at a time, and three a day."""

    message = N_(
        "A file is being made, or you have had three today. Please use one of them, or come back"
        " tomorrow."
    )


def ask(session: Session, resident_id: UUID, language: str) -> UUID:
    """A worker shall make the file; raises Enough."""
    session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    today = (DataExport.resident_id == resident_id, DataExport.asked_at > now() - timedelta(days=1))
    waiting = DataExport.made_at.is_(None) & DataExport.failed_at.is_(None)
    counted = session.execute(
        select(func.count(), func.count().filter(waiting)).where(*today)
    ).one()
    if counted[0] >= MOST_A_DAY or counted[1]:
        raise Enough()
    row = DataExport(resident_id=resident_id, language=language)
    session.add(row)
    session.flush()
    audit.record(session, "export.asked", ("export", row.id))
    jobs.ring(session, JOB, row.id, queue="bulk")
    return row.id


def make(export_id: str) -> None:
    """A job: make and seal the file, and tell its owner; harmless twice."""
    row = _claim(UUID(export_id))
    if row is None:
        return
    with transaction() as session:
        if session.get_one(Resident, row.resident_id).left_at is not None:
            session.execute(delete(DataExport).where(DataExport.id == row.id))
            return
        file = archive(session, row.resident_id, row.language)
        mine = DataExport.id == row.id, DataExport.made_at.is_(None)
        values = {"sealed": key_ring().encrypt(file, _place(row.resident_id)), "made_at": now()}
        done = update(DataExport).where(*mine).values(**values).returning(DataExport.id)
        if session.execute(done).scalar() is None:
            return  # another worker was quicker
        audit.record(session, "export.made", ("export", row.id))
        tell = registries().tell
        if tell is not None:
            tell(session, row.resident_id, READY, PAGE)


def _claim(export_id: UUID) -> DataExport | None:
    with transaction() as session:
        due = DataExport.made_at.is_(None) & DataExport.failed_at.is_(None)
        return session.execute(
            update(DataExport)
            .where(DataExport.id == export_id, due, DataExport.next_try_at <= now())
            .values(tries=DataExport.tries + 1, next_try_at=now() + CLAIM_FOR)
            .returning(DataExport)
        ).scalar_one_or_none()


def fetch(session: Session, resident_id: UUID, export_id: UUID) -> bytes:
    """The file; NotFound for anybody else's, and for one that is over or removed."""
    row = session.get(DataExport, export_id, with_for_update=True)
    if row is None or row.resident_id != resident_id or row.sealed is None or _over(row):
        raise NotFound()
    row.fetched_at = now()
    audit.record(session, "export.fetched", ("export", row.id))
    return key_ring().decrypt(row.sealed, _place(resident_id))


def remove(session: Session, resident_id: UUID, export_id: UUID) -> None:
    """The owner wants it gone now; that it was made still counts for the day."""
    row = session.get(DataExport, export_id, with_for_update=True)
    if row is None or row.resident_id != resident_id or row.sealed is None:
        raise NotFound()
    row.sealed, row.removed_at = None, now()
    audit.record(session, "export.removed", ("export", row.id))


def forget_all(session: Session, resident_id: UUID) -> None:
    """Whoever leaves can fetch nothing any more."""
    session.execute(delete(DataExport).where(DataExport.resident_id == resident_id))


def of(resident_id: UUID) -> Sequence[DataExport]:
    """The resident's requests that are not over, the newest first, without the files."""
    names = ("id", "asked_at", "made_at", "failed_at", "removed_at", "fetched_at")
    mine = select(*(getattr(DataExport, name) for name in names)).where(
        DataExport.resident_id == resident_id, DataExport.asked_at > now() - KEPT_FOR
    )
    found = read().execute(mine.order_by(DataExport.asked_at.desc()))
    return [DataExport(**row._mapping) for row in found]


def sweep() -> None:
    """A tick: files of seven days go, what was lost is rung again, what never works is told."""
    read().execute(delete(DataExport).where(DataExport.asked_at <= now() - KEPT_FOR))
    open_ = DataExport.made_at.is_(None) & DataExport.failed_at.is_(None)
    due = open_ & (DataExport.next_try_at <= now())
    read().execute(update(DataExport).where(due, DataExport.tries >= TRIES).values(failed_at=now()))
    for (export_id,) in read().execute(select(DataExport.id).where(due).limit(100)).all():
        jobs.ring_now(JOB, export_id, queue="bulk")


def _over(row: DataExport) -> bool:
    return row.asked_at <= now() - KEPT_FOR


def _place(resident_id: UUID) -> str:
    """What the seal is bound to: nobody else's row opens it."""
    return f"data_exports.sealed:{resident_id}"

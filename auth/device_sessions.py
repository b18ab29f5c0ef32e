"""Where a resident is signed in, and ending that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.web.sessions import IDLE, TOTAL, SessionRow, end_sessions


@dataclass(frozen=True)
class DeviceSession:
    """One signed-in browser. `id` is the hash of its token, which opens nothing."""

    id: str
    device: str
    since: datetime
    seen_at: datetime
    here: bool


def of(resident_id: UUID, token: str | None) -> list[DeviceSession]:
    """The live sessions of a resident, this one first."""
    moment = now()
    rows = read().execute(
        select(
            SessionRow.token_hash,
            SessionRow.data["device"].astext.label("device"),
            SessionRow.created_at,
            SessionRow.seen_at,
        )
        .where(
            SessionRow.face == "resident",
            SessionRow.subject_id == resident_id,
            SessionRow.seen_at > moment - IDLE,
            SessionRow.created_at > moment - TOTAL,
        )
        .order_by(SessionRow.seen_at.desc())
    )
    present = hashlib.sha256((token or "").encode()).digest()
    found = [
        DeviceSession(
            bytes(row.token_hash).hex(),
            row.device or "",
            row.created_at,
            row.seen_at,
            bytes(row.token_hash) == present,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.here)


def end(resident_id: UUID, session_id: str) -> None:
    """End one session of this resident; another's, or none, changes nothing."""
    try:
        token_hash = bytes.fromhex(session_id)
    except ValueError:
        token_hash = b""
    with transaction() as session:
        ended = session.execute(
            delete(SessionRow)
            .where(
                SessionRow.face == "resident",
                SessionRow.subject_id == resident_id,
                SessionRow.token_hash == token_hash,
            )
            .returning(SessionRow.face)
        ).all()
        audit.record(
            session, "session.ended", ("resident", resident_id), by="owner", count=len(ended)
        )


def end_others(resident_id: UUID, token: str | None) -> None:
    """End all sessions of this resident but the one with this token."""
    count = end_sessions("resident", resident_id, keep=token)
    with transaction() as session:
        audit.record(session, "session.ended", ("resident", resident_id), by="owner", count=count)

"""Where a resident is signed in, and ending that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from auth.devices import knowing
from auth.devices.knowing import Shown
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import N_
from portal.core.web.sessions import IDLE, ONE_STEP, TOTAL, SessionRow, end_sessions

# `amr` in plain words; what is not here says nothing to a resident.
WAYS = {
    "line": N_("LINE"),
    "email": N_("Mail"),
    "otp": N_("Number from an app or a list"),
    "recovery": N_("Recovery code"),
    "desk": N_("Code from the desk"),
    "pop": N_("Passkey"),
    "sc": N_("My Number card"),
}


@dataclass(frozen=True)
class DeviceSession:
    """One signed-in browser. `id` is the hash of its token, which opens nothing."""

    id: str
    device: str
    since: datetime
    seen_at: datetime
    here: bool
    acr: str = ""
    ways: tuple[str, ...] = ()  # message keys: how one signed in


def of(resident_id: UUID, token: str | None) -> list[DeviceSession]:
    """The live sessions of a resident, this one first."""
    moment = now()
    rows = read().execute(
        select(
            SessionRow.token_hash,
            SessionRow.data["device"].astext.label("device"),
            SessionRow.data[ONE_STEP].astext.label("one_step"),
            SessionRow.acr,
            SessionRow.amr,
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
            row.acr or "",
            ways(row.amr, one_step=bool(row.one_step)),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.here)


def ways(amr: list[str], *, one_step: bool) -> tuple[str, ...]:
    """How one signed in, in order, as message keys."""
    found = [WAYS[name] for name in amr if name in WAYS]
    return (*found, N_("Remembered device")) if one_step else tuple(found)


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


def end_others(resident_id: UUID, token: str | None, devices: Shown | None = None) -> None:
    """End all sessions of this resident but the one with this token, and forget all devices

    but those this browser shows.
    """
    count = end_sessions("resident", resident_id, keep=token)
    with transaction() as session:
        knowing.forget_all(session, resident_id, but=devices)
        audit.record(session, "session.ended", ("resident", resident_id), by="owner", count=count)

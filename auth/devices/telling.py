"""Word to the resident about browsers: a new one with the way to end everything, a copied one."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth import identities
from auth.devices.models import NotMeLink
from portal.core import audit, outbox
from portal.core.clock import in_tokyo, now
from portal.core.db import read
from portal.core.ids import new_secret
from portal.residents.models import Resident

LINK_LIVES = timedelta(days=7)
PATH = "/not-me"


def of_new_device(session: Session, resident_id: UUID, kind: str) -> None:
    """A sign-in from a browser not seen before: when, what kind, and "this was not me"."""
    _tell(session, resident_id, "auth_new_device", kind)
    who = ("resident", resident_id)
    audit.record(session, "device.new", who, actor=who)


def of_copied_device(session: Session, resident_id: UUID, kind: str) -> None:
    """A device was dropped because its secret was used twice."""
    _tell(session, resident_id, "auth_copied_device", kind)


def _tell(session: Session, resident_id: UUID, message: str, kind: str) -> None:
    found = identities.addresses_of(session, [resident_id]).get(resident_id)
    channel = "mail" if found and found.email else "line"
    address = (found.email or found.line) if found else None
    if address is None:
        return
    values = _moment() | {"device": kind, "url": _link(session, resident_id)}
    language = session.get_one(Resident, resident_id).language
    outbox.post(session, channel, address, message, values, language=language)


def _moment() -> dict[str, Any]:
    at = in_tokyo(now())
    return {"month": at.month, "day": at.day, "time": at.strftime("%H:%M")}


def _link(session: Session, resident_id: UUID) -> str:
    token = new_secret()
    ends = now() + LINK_LIVES
    session.add(NotMeLink(token_hash=_hash(token), resident_id=resident_id, expires_at=ends))
    return f"{current_app.extensions['mado.settings'].PUBLIC_URL}{PATH}/{token}"


def take(session: Session, token: str) -> UUID | None:
    """Whose link this is, once; None for a used, old or unknown one."""
    return session.execute(
        delete(NotMeLink)
        .where(NotMeLink.token_hash == _hash(token), NotMeLink.expires_at > now())
        .returning(NotMeLink.resident_id)
    ).scalar()


def drop_links(session: Session, resident_id: UUID) -> None:
    """No older link of this account is worth anything."""
    session.execute(delete(NotMeLink).where(NotMeLink.resident_id == resident_id))


def sweep() -> int:
    """Forget links that are over; returns how many."""
    return read().execute(delete(NotMeLink).where(NotMeLink.expires_at < now())).rowcount


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

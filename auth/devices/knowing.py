"""Knowing a browser again: its secret changes at each use, and an old one gives a thief away."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from auth.devices import telling
from auth.devices.models import Device
from portal.core import audit
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import read
from portal.core.ids import new_id, new_secret

REMEMBERED_FOR = timedelta(days=30)
KNOWN_FOR = timedelta(days=400)  # browsers keep no cookie longer
# Two requests at once, or an answer lost on the way, show the secret of a moment ago.
GRACE = timedelta(seconds=30)

Shown = Mapping[UUID, str]  # what the browser's cookie says: device and secret


def remembered(session: Session, resident_id: UUID, shown: Shown) -> bool:
    """Whether this browser stands for this resident's second step where one only looks."""
    device = _find(session, resident_id, shown)
    until = device.remembered_until if device else None
    return until is not None and until > now()


def come_in(
    session: Session, resident_id: UUID, shown: Shown, kind: str, *, remember: bool
) -> tuple[UUID, str]:
    """A sign-in is complete: the browser's device and new secret; a new one is reported.

    The very first browser of an account is not: there was nobody to be surprised.
    """
    device = _find(session, resident_id, shown)
    if device is None:
        first = not _ever(session, resident_id)
        device = Device(id=new_id(), resident_id=resident_id, kind=kind, secret_hash=b"")
        session.add(device)
        who = ("resident", resident_id)
        if first:
            audit.record(session, "device.new", who, actor=who, first=True)
        else:
            telling.of_new_device(session, resident_id, kind)
    secret = _renew(device, kind)
    if remember:
        device.remembered_until = now() + REMEMBERED_FOR
        who = ("resident", resident_id)
        audit.record(session, "device.remembered", who, actor=who)
    session.flush()
    return device.id, secret


def _renew(device: Device, kind: str) -> str:
    secret = new_secret()
    device.earlier_hash, device.secret_hash = device.secret_hash or None, _hash(device, secret)
    device.used_at, device.kind = now(), kind
    return secret


def _find(session: Session, resident_id: UUID, shown: Shown) -> Device | None:
    """This resident's device among those shown. An outdated secret ends the device at once:

    somebody else has used a copy of it since, or this is the copy. The resident is told.
    """
    mine = (Device.resident_id == resident_id, Device.ended_at.is_(None))
    wanted = select(Device).where(Device.id.in_(list(shown)), *mine).with_for_update()
    for device in session.scalars(wanted):
        given = _hash(device, shown[device.id])
        if hmac.compare_digest(device.secret_hash, given):
            return device
        if hmac.compare_digest(device.earlier_hash or b"", given) and _just_used(device):
            return device
        device.ended_at = now()
        who = ("resident", resident_id)
        audit.record(session, "device.copied", who, actor=who)
        telling.of_copied_device(session, resident_id, device.kind)
    return None


def _just_used(device: Device) -> bool:
    return device.used_at > now() - GRACE


def _ever(session: Session, resident_id: UUID) -> bool:
    count = select(func.count()).select_from(Device).where(Device.resident_id == resident_id)
    return session.execute(count).scalar_one() > 0


def forget(session: Session, resident_id: UUID, device_id: UUID) -> None:
    """The resident drops one device; another's, or none, changes nothing."""
    count = _end(session, resident_id, Device.id == device_id)
    audit.record(session, "device.forgotten", ("resident", resident_id), count=count)


def forget_all(session: Session, resident_id: UUID, *, but: Shown | None = None) -> None:
    """Every device of the resident is unknown from now on (but those that are shown)."""
    count = _end(session, resident_id, Device.id.not_in(list(but or ())))
    audit.record(session, "device.forgotten", ("resident", resident_id), count=count)


def _end(session: Session, resident_id: UUID, which: ColumnElement[bool]) -> int:
    ended = session.execute(
        update(Device)
        .where(Device.resident_id == resident_id, Device.ended_at.is_(None), which)
        .values(ended_at=now(), remembered_until=None)
        .returning(Device.id)
    )
    return len(ended.all())


def of(resident_id: UUID) -> list[tuple[UUID, str, datetime, datetime]]:
    """(id, kind, last use, until when) of the remembered devices, the newest first."""
    rows = read().execute(
        select(Device.id, Device.kind, Device.used_at, Device.remembered_until)
        .where(
            Device.resident_id == resident_id,
            Device.ended_at.is_(None),
            Device.remembered_until > now(),
        )
        .order_by(Device.used_at.desc())
    )
    return [(row.id, row.kind, row.used_at, row.remembered_until) for row in rows]


def sweep() -> int:
    """Forget browsers that have not been used for longer than their cookie lives."""
    return read().execute(delete(Device).where(Device.used_at < now() - KNOWN_FOR)).rowcount


def _hash(device: Device, secret: str) -> bytes:
    """Bound to face, resident and device: it opens nothing for anybody else."""
    return keyed_hash(secret, f"device:resident:{device.resident_id}:{device.id}")

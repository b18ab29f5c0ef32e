"""This browser as a device: may it stand for the second step, and what a sign-in leaves in it."""

from __future__ import annotations

from uuid import UUID

from flask import request, session
from sqlalchemy.orm import Session

from auth.device import device_of
from auth.devices import cookie, knowing
from auth.flows import Flow
from portal.core import audit
from portal.core.db import transaction

REMEMBER = "remember"
METHOD = "device"  # of a flow whose second step a remembered device stands for


def stand_for_second(db: Session, flow: Flow) -> bool:
    """Let the remembered device stand for the second step of this sign-in, if it is one."""
    if flow.account_id is None or flow.second is not None:
        return False
    if not knowing.remembered(db, flow.account_id, cookie.shown()):
        return False
    flow.second = METHOD
    who = ("resident", flow.account_id)
    audit.record(db, "sign_in.second_skipped", who, actor=who)
    return True


def wish() -> None:
    """Note that the box "remember this device" was ticked, until the sign-in is complete."""
    if request.form.get(REMEMBER):
        session[REMEMBER] = True


def come_in(db: Session, resident_id: UUID) -> tuple[UUID, str]:
    """The sign-in is complete: the device and its next secret, for `keep` after the commit."""
    wanted = bool(session.pop(REMEMBER, False))
    kind = device_of(request.headers.get("User-Agent"))
    return knowing.come_in(db, resident_id, cookie.shown(), kind, remember=wanted)


def keep(device_id: UUID, secret: str) -> None:
    """The browser gets its device's next secret."""
    cookie.keep(device_id, secret)


def remember(resident_id: UUID) -> None:
    """Remember this browser from now on; who asks has just proven both steps in it."""
    session[REMEMBER] = True
    with transaction() as db:
        device = come_in(db, resident_id)
    keep(*device)

"""This browser and passkeys: whether they can work here, which ceremony it is in, its answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, current_app, flash, request, session
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth.device import device_of
from auth.passkeys import acts, ceremonies, offers
from auth.passkeys.ceremonies import Begun
from auth.passkeys.errors import PasskeyRefused
from auth.passkeys.records import Ceremony
from portal.core.db import transaction
from portal.core.web.access import current_viewer

CEREMONY = "passkey_ceremony"
ABLE = "mado_passkeys"  # cookie the script sets where the device itself can keep a passkey


def device() -> str:
    """The coarse name of this device."""
    return device_of(request.headers.get("User-Agent"))


def in_line() -> bool:
    """Whether this is LINE's in-app browser, which has no passkeys."""
    return device() == "LINE"


def works_here() -> bool:
    """Not inside LINE, and only under the name passkeys are made for. The script knows the rest."""
    face = current_viewer().face
    return not in_line() and request.host == urlsplit(ceremonies.party(face).origin).netloc


def told(begun: Begun) -> Response:
    """The options for the script; only this session may answer them."""
    session[CEREMONY] = str(begun.id)
    return current_app.response_class(begun.options, mimetype="application/json")


def taken(purpose: str, subject: UUID | None) -> Ceremony:
    """The ceremony this browser was in: spent, whatever comes of it. Raises PasskeyRefused."""
    with transaction() as db:
        number = session.pop(CEREMONY, None)
        return ceremonies.take(db, number, current_viewer().face, purpose, subject)


@contextmanager
def judging() -> Iterator[list[str]]:
    """What is refused inside is noted and said on the next page; the list has the reason then."""
    reasons: list[str] = []
    try:
        yield reasons
    except PasskeyRefused as error:
        reasons.append(error.reason)
        with transaction() as db:
            acts.note_refusal(db, error)
        flash(gettext(error.message), "error")


def offer_due(db: Session, resident_id: UUID, next_page: str | None) -> bool:
    """Whether to offer a passkey before the next page; never between a resident and a tool."""
    if request.cookies.get(ABLE) != "1" or not works_here():
        return False
    return not (next_page or "").startswith("/oauth/") and offers.due(db, resident_id)

"""A signed-in resident for tests of the portal, which does not know how `auth` signs people in."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID

from flask import Flask

from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_id, new_secret
from portal.core.web.sessions import SessionRow
from portal.residents.family import set_profile
from portal.residents.models import Resident
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST


def new_resident(app: Flask) -> UUID:
    """An account without a card."""
    with app.app_context(), transaction() as session:
        resident = Resident(id=new_id())
        session.add(resident)
        return resident.id


def sign_in(app: Flask, resident_id: UUID) -> Browser:
    """A strict browser that holds a session of this resident."""
    token = new_secret()
    with app.app_context(), transaction() as session:
        session.add(
            SessionRow(
                token_hash=hashlib.sha256(token.encode()).digest(),
                face="resident",
                subject_id=resident_id,
                acr="two-steps",
                amr=["mail", "otp"],
                authenticated_at=now(),
                created_at=now(),
                seen_at=now(),
                data={},
            )
        )
    browser = Browser(app, f"http://{RESIDENT_HOST}")
    browser.client.set_cookie("mado_resident", token, domain="localhost")
    return browser


def resident_born(app: Flask, day: date, **more: str) -> UUID:
    """An account with its own card."""
    resident_id = new_resident(app)
    with app.test_request_context(), transaction() as session:
        set_profile(session, resident_id, birthdate=day, **more)
    return resident_id

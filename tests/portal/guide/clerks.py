"""A clerk's session for tests of the portal, which does not know how `auth` signs clerks in."""

from __future__ import annotations

import hashlib

from flask import Flask

from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_id, new_secret
from portal.core.web.sessions import SessionRow
from tests.browser import Browser


def sign_in_staff(app: Flask, browser: Browser, *permissions: str) -> None:
    """From now on this staff browser is somebody who may do this."""
    token = new_secret()
    with app.app_context(), transaction() as session:
        session.add(
            SessionRow(
                token_hash=hashlib.sha256(token.encode()).digest(),
                face="staff",
                subject_id=new_id(),
                acr="two-steps",
                amr=["otp"],
                permissions=list(permissions),
                authenticated_at=now(),
                created_at=now(),
                seen_at=now(),
                data={},
            )
        )
    browser.client.set_cookie("mado_staff", token, domain="staff.localhost")

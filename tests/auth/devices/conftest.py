"""A portal whose LINE is the stand-in, LIFF app included."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from auth import consents
from auth.registration import register_resident
from portal.core.db import transaction
from portal.core.settings import Settings
from standins.processes import StandinProcess
from tests.auth.conftest import HOST, MAIL, SAKURA
from tests.auth.devices.phone import Phone
from tests.browser import Browser

LIFF_ID = "1234567890-abcdefgh"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def settings(settings: Settings, line_server: StandinProcess) -> Settings:
    """With LIFF."""
    liff = f"{line_server.url}/liff"
    more = {"LIFF_ID": LIFF_ID, "LIFF_URL": liff, "LIFF_SDK_URL": f"{liff}/edge/2/sdk.js"}
    return settings.model_copy(update=more)


@pytest.fixture
def sakura(app: Flask) -> UUID:
    """Sakura's account: LINE, mail and an authenticator app; nobody has signed in yet."""
    with app.app_context(), transaction() as session:
        found = register_resident(session, line_user_id=SAKURA, email=MAIL, totp_secret=SECRET)
        consents.agree(session, found, "ja")
    return found


@pytest.fixture
def phone(app: Flask, sakura: UUID, line_server: StandinProcess) -> Phone:
    """Sakura's phone, which the city has not seen yet."""
    return Phone(app, Browser(app, HOST), line_server, SAKURA, MAIL)


@pytest.fixture
def stranger(app: Flask, sakura: UUID, line_server: StandinProcess) -> Phone:
    """Another browser of somebody who can be Sakura at LINE and in her mail."""
    return Phone(app, Browser(app, HOST), line_server, SAKURA, MAIL)

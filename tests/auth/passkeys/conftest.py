from __future__ import annotations

import pytest
from flask import Flask

from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator
from tests.browser import Browser


@pytest.fixture
def device() -> Authenticator:
    """Sakura's phone; its passkeys are synced and do not count."""
    return Authenticator(doing.RESIDENT)


@pytest.fixture
def key() -> Authenticator:
    """Sakura's security key: not synced, it counts."""
    return Authenticator(doing.RESIDENT, synced=False)


@pytest.fixture
def sakura(app: Flask, browser: Browser, device: Authenticator) -> Browser:
    """Registered by mail and app, with a passkey on `device`, signed in."""
    doing.registered(browser, app, device)
    return browser

"""Clerks' desk in tests: a portal with one SAML issuer set up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from auth.staff import accounts, identities
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.staff import saml_issuer
from tests.browser import Browser
from tests.conftest import STAFF_HOST

MAIL = "koho@city.example"


@pytest.fixture
def saml_values() -> dict[str, Any]:
    """Override to set the issuer up differently."""
    return {}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, saml_values: dict[str, Any]) -> Settings:
    table = saml_issuer.settings(tmp_path, **saml_values)
    return settings.model_copy(update={"FEDERATION": json.dumps({"saml": [table]})})


@pytest.fixture
def other_browser(app: Flask) -> Browser:
    """Another clerk's browser."""
    return Browser(app, f"http://{STAFF_HOST}")


@pytest.fixture
def clerk(app: Flask) -> UUID:
    """A clerk bound to the issuer's oid-0001; the app's secret is known to nobody."""
    with app.app_context(), transaction() as session:
        account = accounts.add_staff(session, email=MAIL, name="広報の書き手", roles=["author"])
        identities.bind(session, account.id, saml_issuer.ENTITY, "oid-0001")
        return account.id


@pytest.fixture
def administrator(app: Flask, staff_browser: Browser, work: Any) -> Browser:
    """A signed-in administrator's browser."""
    secret = people.add_clerk(app, "joho@city.example", "administrator")
    people.staff_signs_in(staff_browser, app, work, "joho@city.example", secret)
    return staff_browser

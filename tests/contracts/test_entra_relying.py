"""Clerks against oidc-provider in the shape of Entra ID."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from auth.staff import accounts, identities
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.auth import people
from tests.browser import Browser
from tests.contracts.conftest import MakePeer, ServedPortal
from tests.contracts.leaving import Leaving
from tests.contracts.peers import Peer

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
OID = "bbbbbbbb-0000-4000-8000-000000000002"
CLIENT, SECRET = "11111111-2222-3333-4444-555555555555", "a secret of the office: + and & too"
CLERK = "clerk@city.example"
CLAIMS: dict[str, Any] = {"tid": TENANT, "oid": OID, "email": CLERK, "roles": ["Mado.Author"]}


@pytest.fixture
def method() -> str:
    return "client_secret_post"


@pytest.fixture
def entra(node_peer: MakePeer, port: ServedPortal, method: str) -> Peer:
    callback = f"{port.staff_url}/staff/sign-in/with/entra/callback"
    values = {"CLIENT": CLIENT, "SECRET": SECRET, "CALLBACK": callback, "TENANT": TENANT}
    return node_peer("entra", METHOD=method, **values)


@pytest.fixture
def settings(settings: Settings, entra: Peer, method: str, tmp_path: Path) -> Settings:
    file = tmp_path / "entra.secret"
    file.write_text(SECRET + "\n")
    table = {
        "name": "entra",
        "label": "庁内アカウント",
        "face": "staff",
        "issuer": entra.told["issuer"],
        "client_id": CLIENT,
        "client_auth": method,
        "secret_file": str(file),
        "id_token_algs": ["RS256"],
        "scope": "openid profile",
        "subject": ["tid", "oid"],
        "require": {"tid": TENANT},
        "mfa_amr": ["mfa"],
        "roles": {"Mado.Author": "author", "Mado.Auditor": "auditor"},
    }
    return settings.model_copy(update={"FEDERATION": json.dumps({"issuer": [table]})})


def bound(app: Flask, entra: Peer) -> None:
    """The clerk's account was bound to the object id before."""
    people.add_clerk(app, CLERK, "auditor")
    with app.app_context(), transaction() as session:
        account = accounts.find(session, CLERK)
        assert account is not None
        identities.bind(session, account.id, entra.told["issuer"], f"{TENANT}:{OID}")


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_bound_clerk_signs_in_with_the_roles_given_there(
    app: Flask, staff_browser: Browser, entra: Peer
) -> None:
    bound(app, entra)
    leaving = Leaving(staff_browser, entra)
    leaving.will_be("any-subject", amr=["pwd", "mfa"], claims=CLAIMS)
    staff_browser.get("/staff/sign-in")
    page = leaving.through("庁内アカウント")
    assert page.path.startswith("/staff")
    assert people.session_of(app) == ("aal2", ["oidc", "mfa"])
    assert people.permissions_of(app) == ["notices.view", "notices.write"]


def test_a_clerk_of_the_same_mail_without_binding_is_refused(
    app: Flask, staff_browser: Browser, entra: Peer
) -> None:
    people.add_clerk(app, CLERK, "administrator")
    leaving = Leaving(staff_browser, entra)
    leaving.will_be("any-subject", amr=["mfa"], claims=CLAIMS)
    staff_browser.get("/staff/sign-in")
    page = leaving.through("庁内アカウント")
    assert page.status == 400
    assert "職員アカウントがまだありません" in page.heading
    assert people.session_of(app) is None

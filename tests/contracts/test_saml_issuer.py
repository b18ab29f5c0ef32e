"""Clerks sign in at a SAML issuer that is not ours (samlify): plain, and encrypted to our key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from auth.staff import accounts, identities
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.staff import saml_issuer
from tests.auth.staff.saml_issuer import ENTITY, key_pair
from tests.browser import Browser
from tests.contracts.conftest import MakePeer, ServedPortal
from tests.contracts.peers import Peer

HOST = "staff.localhost"


@pytest.fixture
def issuer(node_peer: MakePeer) -> Peer:
    key, certificate = key_pair("office")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return node_peer("saml_issuer", ENTITY=ENTITY, KEY=pem, CERTIFICATE=certificate)


@pytest.fixture
def want_encrypted() -> bool:
    return False


@pytest.fixture
def settings(settings: Settings, issuer: Peer, tmp_path: Path, want_encrypted: bool) -> Settings:
    table = saml_issuer.settings(tmp_path, sso_url=f"{issuer.url}/sso")
    table["want_encrypted"] = want_encrypted
    return settings.model_copy(update={"FEDERATION": json.dumps({"saml": [table]})})


def ours(served: ServedPortal, path: str) -> str:
    """The staff face by an address every resolver knows."""
    return f"http://127.0.0.1:{served.url.rsplit(':', 1)[1]}{path}"


def sign_in(browser: Browser, served: ServedPortal, issuer: Peer, **how: Any) -> dict[str, Any]:
    """The way of the browser: to the issuer, with its answer to us, and on."""
    host = {"Host": served.staff_url.removeprefix("http://")}
    with requests.Session() as http:
        http.trust_env = False
        page = http.get(ours(served, "/staff/saml/office/metadata"), headers=host, timeout=10)
        assert page.status_code == 200, page.text
        told: dict[str, Any] = issuer.post(
            "/meet", metadata=page.text, sso=f"{issuer.url}/sso", **how
        )
        browser.get("/staff/sign-in")
        out = browser.submit("庁内ポータル", follow=False).response.headers["Location"]
        answer = http.get(out, timeout=10).json()
        assert answer["acs"] == f"{served.staff_url}/staff/saml/office/acs", answer
        fields = {"SAMLResponse": answer["response"], "RelayState": answer["relayState"]}
        posted = http.post(
            ours(served, "/staff/saml/office/acs"),
            data=fields,
            headers=host | {"Origin": issuer.url},
            allow_redirects=False,
            timeout=10,
        )
    assert posted.status_code == 303, posted.text
    browser.get(posted.headers["Location"], follow=False)
    return told


@pytest.fixture
def clerk(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        account = accounts.add_staff(
            session, email="koho@city.example", name="広報の書き手", roles=["author"]
        )
        identities.bind(session, account.id, ENTITY, "oid-0001")


@pytest.mark.parametrize("want_encrypted", [False, True])
def test_a_clerk_signs_in(
    app: Flask,
    staff_browser: Browser,
    served: ServedPortal,
    issuer: Peer,
    clerk: None,
    want_encrypted: bool,
) -> None:
    told = sign_in(staff_browser, served, issuer, encrypted=want_encrypted)
    assert told == {"wantsSigned": True, "signs": True}
    assert people.session_of(app) == ("aal2", ["saml", "mfa"])
    assert staff_browser.get("/staff/").path == "/staff/"

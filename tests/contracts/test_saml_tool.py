"""Clerks go on to a SAML tool that is not ours (node-saml): unsigned and signed questions."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from auth.saml import keys, services
from portal.core.db import transaction
from tests.auth import people
from tests.auth.staff.saml_issuer import key_pair
from tests.auth.staff.saml_tool import fields_of
from tests.browser import Browser
from tests.contracts.conftest import MakePeer
from tests.contracts.peers import Peer

MAIL, ENTITY = "koho@city.example", "https://mado.cybozu.example"


@pytest.fixture
def clerk(app: Flask, staff_browser: Browser, work: Any) -> Browser:
    secret = people.add_clerk(app, MAIL, "author")
    people.staff_signs_in(staff_browser, app, work, MAIL, secret)
    return staff_browser


def tool(app: Flask, peer: Peer, browser: Browser, *, signs: bool = False) -> None:
    """The tool's people and ours tell each other who they are."""
    key, certificate = key_pair("kintone")
    acs = f"{peer.url}/saml/acs"
    with app.app_context(), transaction() as session:
        services.add(
            session,
            name="kintone",
            entity_id=ENTITY,
            acs_url=acs,
            name_id="email",
            roles=["author"],
            certificate=certificate if signs else None,
        )
        ours = keys.active(session, keys.IDP).certificate
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    peer.post(
        "/meet",
        entryPoint=f"{browser.base}/staff/tools/saml/sso",
        issuer=f"{browser.base}/staff/tools/saml/metadata",
        certificate=ours,
        entityId=ENTITY,
        acs=acs,
        key=pem if signs else None,
    )


def go_on(browser: Browser, peer: Peer) -> dict[str, str]:
    """What our page posts to the tool."""
    address = peer.get("/begin", state="/k/12/")["url"]
    page = browser.get(people.path_of(address))
    assert page.status == 200, page.text
    return fields_of(page)


@pytest.mark.parametrize("signs", [False, True])
def test_a_tool_takes_our_answer(
    app: Flask, clerk: Browser, node_peer: MakePeer, signs: bool
) -> None:
    peer = node_peer("saml_tool")
    tool(app, peer, clerk, signs=signs)
    sent = go_on(clerk, peer)
    assert sent["RelayState"] == "/k/12/"
    said = peer.http.post(f"{peer.url}/saml/acs", data=sent, timeout=10).json()
    assert said["nameId"] == MAIL
    assert said["format"].endswith("emailAddress") and said["index"]
    # The tool's own defences work with what we say: an answer is for one question.
    again = peer.http.post(f"{peer.url}/saml/acs", data=sent, timeout=10)
    assert again.status_code == 500


def test_a_changed_answer_is_not_taken(app: Flask, clerk: Browser, node_peer: MakePeer) -> None:
    import base64

    peer = node_peer("saml_tool")
    tool(app, peer, clerk)
    sent = go_on(clerk, peer)
    xml = base64.b64decode(sent["SAMLResponse"]).replace(MAIL.encode(), b"boss@city.example")
    sent["SAMLResponse"] = base64.b64encode(xml).decode()
    assert peer.http.post(f"{peer.url}/saml/acs", data=sent, timeout=10).status_code == 500

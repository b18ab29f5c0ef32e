"""The My Number card against oidc-provider playing the card service, end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import ECKey, RSAKey

from portal.core.settings import Settings
from tests.auth import people
from tests.browser import Browser
from tests.contracts.conftest import MakePeer, ServedPortal
from tests.contracts.leaving import Leaving
from tests.contracts.peers import Peer

MAIL = "momiji@home.example"
PLAIN = {"acr": "aal3", "amr": ["sc"]}
FOUR = {
    "name": "もみじ",
    "birthdate": "19900315",
    "gender": "2",
    "address": {"formatted": "まど市みなと一丁目2番3号"},
}


@pytest.fixture(params=["ES256", "RS256"])
def key(request: pytest.FixtureRequest) -> Any:
    if request.param == "ES256":
        return ECKey.generate_key("P-256", {"kid": "city-1"})
    return RSAKey.generate_key(2048, {"kid": "city-1"})


@pytest.fixture
def card_service(node_peer: MakePeer, port: ServedPortal, key: Any) -> Peer:
    return node_peer(
        "card",
        CLIENT="madocard",
        CALLBACK=f"{port.url}/sign-in/with/card/callback",
        JWK=json.dumps(key.as_dict(private=False)),
        ALG="ES256" if isinstance(key, ECKey) else "RS256",
    )


@pytest.fixture
def settings(settings: Settings, card_service: Peer, key: Any, tmp_path: Path) -> Settings:
    file = tmp_path / "card.pem"
    file.write_bytes(key.as_pem(private=True))
    table = {
        "name": "card",
        "face": "resident",
        "issuer": card_service.told["issuer"],
        "client_id": "madocard",
        "client_auth": "private_key_jwt",
        "key_file": str(file),
        "key_id": "city-1",
        "key_alg": "ES256" if isinstance(key, ECKey) else "RS256",
        "id_token_algs": ["ES256"],
        "scope_of_attributes": "openid name address birthdate gender",
        "userinfo": True,
        "authorize": {"acr_values": "aal3 crl"},
        "max_age": 300,
        "required_acr": "aal3",
        "acr": {"aal3": "jpki"},
        "attributes": {
            "name": {"claim": "name"},
            "address": {"claim": "address", "form": "address"},
            "birthdate": {"claim": "birthdate", "form": "YYYYMMDD"},
            "sex": {"claim": "gender", "codes": {"1": "M", "2": "F"}},
        },
    }
    return settings.model_copy(update={"FEDERATION": json.dumps({"issuer": [table]})})


def connected(app: Flask, browser: Browser, card_service: Peer) -> Leaving:
    """Momiji registers and connects her card."""
    people.register_by_mail(browser, app, MAIL)
    leaving = Leaving(browser, card_service)
    leaving.will_be("momiji", claims=FOUR, **PLAIN)
    browser.get("/account/security")
    page = leaving.through("カードをつなぐ")
    assert page.path == "/account/card/confirm"
    assert browser.submit("はい").path == "/account/card"
    return leaving


@pytest.mark.parametrize("key", ["ES256"], indirect=True)
def test_a_card_is_connected_and_opens_the_account(
    app: Flask, browser: Browser, card_service: Peer
) -> None:
    connected(app, browser, card_service)
    page = browser.get("/account/card")
    assert "もみじ" in page.text
    assert "1990" in page.text
    assert "まど市みなと一丁目2番3号" in page.text
    asked = card_service.get("/asked")
    assert asked["acr_values"] == "aal3 crl"
    assert asked["scope"] == "openid name address birthdate gender"
    again = Leaving(Browser(app, browser.base), card_service)
    again.will_be("momiji", **PLAIN)
    again.browser.get("/sign-in")
    assert again.through("カードでログイン").status == 200
    assert card_service.get("/asked")["scope"] == "openid"
    assert people.session_of(app) == ("jpki", ["sc", "pin", "mfa"])


@pytest.mark.parametrize("key", ["RS256"], indirect=True)
def test_the_city_may_sign_with_rs256(app: Flask, browser: Browser, card_service: Peer) -> None:
    connected(app, browser, card_service)
    assert "identity.added" in people.actions(app)


@pytest.mark.parametrize("key", ["ES256"], indirect=True)
def test_less_than_the_card_is_refused(app: Flask, browser: Browser, card_service: Peer) -> None:
    leaving = Leaving(browser, card_service)
    for acr in ("aal2", None):
        leaving.will_be("momiji", acr=acr)
        leaving.http.cookies.clear()
        browser.get("/sign-in")
        page = leaving.through("カードでログイン")
        assert page.status == 400
        assert "ログインできませんでした" in page.heading


@pytest.mark.parametrize("key", ["ES256"], indirect=True)
def test_an_old_look_at_the_card_is_refused(
    app: Flask, browser: Browser, card_service: Peer
) -> None:
    """The issuer remembers the person; `max_age` makes it look again."""
    leaving = connected(app, browser, card_service)
    seen = Leaving(Browser(app, browser.base), card_service)
    seen.http = leaving.http  # the same browser at the issuer
    seen.will_be("momiji", at=1_600_000_000, **PLAIN)
    seen.http.cookies.clear()
    seen.browser.get("/sign-in")
    assert seen.through("カードでログイン").status == 400

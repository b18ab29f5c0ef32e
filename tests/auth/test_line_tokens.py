"""What LINE's token answer must be: everything else is refused with a clear page."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from auth.errors import LineRefused
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.hostile_line import HostileLine, hostile_line
from tests.auth.people import LinePhone
from tests.browser import Browser, Page

SECRET, CHANNEL = "login-channel-secret-for-tests-01", "1000000001"


@pytest.fixture
def hostile() -> Iterator[HostileLine]:
    with hostile_line() as line:
        yield line


@pytest.fixture
def settings(settings: Settings, hostile: HostileLine) -> Settings:
    """Codes are redeemed at the liar's."""
    return settings.model_copy(update={"LINE_API_URL": hostile.url})


def good(nonce: str) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": "https://access.line.me",
        "sub": SAKURA,
        "aud": CHANNEL,
        "exp": now + 3600,
        "iat": now,
        "auth_time": now,
        "nonce": nonce,
        "amr": ["linesso"],
    }


def signed(claims: dict[str, Any], secret: str = SECRET, **header: Any) -> str:
    key = OctKey.import_key(secret.encode())
    head = {"typ": "JWT", "alg": "HS256", **header}
    return str(jwt.encode(head, claims, key, algorithms=[head["alg"]]))


def unsigned(claims: dict[str, Any]) -> str:
    parts = [{"typ": "JWT", "alg": "none"}, claims]
    raw = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts]
    return ".".join([*raw, ""])


def by_es256(claims: dict[str, Any]) -> str:
    key = ECKey.generate_key("P-256")
    return str(jwt.encode({"alg": "ES256"}, claims, key, algorithms=["ES256"]))


def with_own_key(claims: dict[str, Any]) -> str:
    """CVE-2026-27962: a token that brings its own key."""
    key = OctKey.import_key(b"the attacker's own key, long enough.")
    head = {"alg": "HS256", "jwk": key.as_dict(private=True)}
    return str(jwt.encode(head, claims, key, algorithms=["HS256"], registry=None))


def comes_back(browser: Browser, hostile: HostileLine, make: Any) -> Page:
    """The browser comes back from LINE, whose token answer is `make(nonce)`."""
    browser.get("/sign-in")
    page = browser.submit("LINE", follow=False)
    asked = parse_qs(urlsplit(page.response.headers["Location"]).query)
    hostile.answer = lambda form: (200, make(asked["nonce"][0]))
    return browser.get(f"/sign-in/line/callback?code=x&state={asked['state'][0]}")


def token(value: Any) -> dict[str, Any]:
    return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": value}


def test_a_good_token_signs_in(browser: Browser, hostile: HostileLine) -> None:
    page = comes_back(browser, hostile, lambda nonce: token(signed(good(nonce))))
    assert page.path == "/sign-in/set-up"


NOW = int(time.time())
CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "9999999999"},
    "several audiences": {"aud": [CHANNEL, "9999999999"], "azp": CHANNEL},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": NOW - 3600},
    "no expiry": {"exp": None},
    "of the future": {"iat": NOW + 3600},
    "no time of issue": {"iat": None},
    "no auth_time": {"auth_time": None},
    "signed in too long ago": {"auth_time": NOW - 13 * 3600},
    "signed in the future": {"auth_time": NOW + 3600},
    "auth_time as text": {"auth_time": str(NOW)},
    "no subject": {"sub": None},
    "a subject of another kind": {"sub": "sakura@home.example"},
    "a subject in capitals": {"sub": "U" + "A" * 32},
    "a subject with a tail": {"sub": SAKURA + "\n"},
}


@pytest.mark.parametrize("fault", CLAIMS)
def test_a_token_with_a_wrong_claim_is_refused(
    app: Flask, browser: Browser, hostile: HostileLine, fault: str
) -> None:
    def make(nonce: str) -> dict[str, Any]:
        claims = good(nonce) | CLAIMS[fault]
        return token(signed({k: v for k, v in claims.items() if v is not None}))

    assert_refused(app, comes_back(browser, hostile, make))


SIGNATURES: dict[str, Any] = {
    "none": unsigned,
    "another secret": lambda claims: signed(claims, "another channel's secret, thirty-two+"),
    "HS512": lambda claims: signed(claims, alg="HS512"),
    "ES256 in the web flow": by_es256,
    "its own key": with_own_key,
    "cut off": lambda claims: signed(claims)[:-4],
    "not a token": lambda claims: "x",
    "not text": lambda claims: 7,
}


@pytest.mark.parametrize("fault", SIGNATURES)
def test_a_token_with_a_wrong_signature_is_refused(
    app: Flask, browser: Browser, hostile: HostileLine, fault: str
) -> None:
    page = comes_back(browser, hostile, lambda nonce: token(SIGNATURES[fault](good(nonce))))
    assert_refused(app, page)


ANSWERS: dict[str, Any] = {
    "no id_token": {"access_token": "a", "token_type": "Bearer"},
    "empty id_token": token(""),
    "an error": {"error": "invalid_grant", "error_description": "x"},
    "a list": [],
    "a number": 1,
    "not JSON": b"<html>",
    "nothing": b"",
}


@pytest.mark.parametrize("fault", ANSWERS)
def test_another_answer_is_refused(
    app: Flask, browser: Browser, hostile: HostileLine, fault: str
) -> None:
    page = comes_back(browser, hostile, lambda nonce: ANSWERS[fault])
    assert page.status in {400, 503}
    assert "sign_in.first_proven" not in people.actions(app)


def assert_refused(app: Flask, page: Page) -> None:
    assert page.status == 400
    assert "LINEでログインできませんでした" in page.heading
    assert "sign_in.line_refused" in people.actions(app)
    assert "sign_in.first_proven" not in people.actions(app)


@pytest.mark.parametrize("fault", [500, 503, "reset"])
def test_line_being_away_is_a_clear_page_and_nothing_is_lost(
    app: Flask, browser: Browser, line: LinePhone, line_server: Any, fault: int | str
) -> None:
    line_app = app.extensions["mado.line_login"]
    line_app.access_token_url = f"{line_server.url}/oauth2/v2.1/token"
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    order = {"status": fault, "path": "/oauth2/v2.1/token"}
    line_server.post("/__standin__/fault", {"next": [order]})
    page = browser.get(callback)
    assert page.status == 503
    assert "LINEにつながりません" in page.heading
    page = browser.submit("もう一度LINEでログイン", follow=False)
    again = line.answer(page.response.headers["Location"])
    assert browser.get(again).path == "/sign-in/set-up"


def test_a_portal_in_public_does_not_believe_a_stand_in(
    app: Flask, hostile: HostileLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile.headers = {"Mado-Standin": "line"}
    hostile.answer = lambda form: (200, token(signed(good("x"))))
    public = {"PUBLIC_URL": "https://my.city.example"}
    settings = app.extensions["mado.settings"].model_copy(update=public)
    monkeypatch.setitem(app.extensions, "mado.settings", settings)
    client = app.extensions["mado.line_login"]
    with app.test_request_context(), pytest.raises(LineRefused) as caught:
        client.fetch_access_token(code="x", redirect_uri="https://my.city.example/x")
    assert caught.value.reason == "stand_in"

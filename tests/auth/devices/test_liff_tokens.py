"""Attack cases 6, 7 and 9: which tokens a LIFF page may hand over, and that nothing else counts."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from auth import liff
from auth.errors import LineAway, LineRefused
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.devices.phone import Phone, rows
from tests.auth.hostile_line import HostileLine, hostile_line
from tests.auth.test_line_tokens import CHANNEL, SECRET, unsigned

KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
OTHER = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)


@pytest.fixture
def hostile() -> Iterator[HostileLine]:
    with hostile_line() as line:
        line.keys = {"keys": [KEY.as_dict(private=False)]}
        yield line


@pytest.fixture
def settings(settings: Settings, hostile: HostileLine) -> Settings:
    """The keys come from the liar, so that tokens can be made here."""
    return settings.model_copy(update={"LINE_API_URL": hostile.url})


def good() -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": "https://access.line.me",
        "sub": SAKURA,
        "aud": CHANNEL,
        "exp": now + 3600,
        "iat": now,
        "amr": ["linesso"],
    }


def signed(claims: dict[str, Any], key: Any = KEY, **header: Any) -> str:
    head = {"typ": "JWT", "alg": "ES256", "kid": KEY.kid} | header
    head = {k: v for k, v in head.items() if v is not None}
    return str(jwt.encode(head, claims, key, algorithms=[str(head["alg"])]))


def proven(app: Flask, token: str) -> str:
    with app.test_request_context():
        return liff.proven(token)[0]


def refused(app: Flask, token: str) -> str:
    with app.test_request_context(), pytest.raises(LineRefused) as caught:
        liff.proven(token)
    return caught.value.reason


def test_a_good_token_proves_its_subject(app: Flask) -> None:
    assert proven(app, signed(good())) == SAKURA
    assert proven(app, signed(good() | {"aud": CHANNEL, "nonce": "x", "new": [1]})) == SAKURA


NOW = int(time.time())
CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "issuer"),
    "no issuer": ({"iss": None}, "issuer"),
    "another channel": ({"aud": "9999999999"}, "audience"),
    "several channels": ({"aud": [CHANNEL, "9999999999"], "azp": CHANNEL}, "audience"),
    "our channel in a list": ({"aud": [CHANNEL]}, "audience"),
    "expired": ({"exp": NOW - 3600}, "expired"),
    "no expiry": ({"exp": None}, "expired"),
    "expiry as text": ({"exp": str(NOW + 3600)}, "expired"),
    "expiry as truth": ({"exp": True}, "expired"),
    "good for a day": ({"exp": NOW + 86_400}, "expired"),
    "of the future": ({"iat": NOW + 3600}, "iat"),
    "no time of issue": ({"iat": None}, "iat"),
    "issued long ago": ({"iat": NOW - 7200}, "iat"),
    "no subject": ({"sub": None}, "subject"),
    "an address as subject": ({"sub": "sakura@home.example"}, "subject"),
    "a subject in capitals": ({"sub": "U" + "A" * 32}, "subject"),
    "a subject with a tail": ({"sub": SAKURA + "\n"}, "subject"),
    "two subjects": ({"sub": [SAKURA]}, "subject"),
}


def test_a_wrong_claim_is_refused(app: Flask) -> None:
    found = {}
    for name, (change, _) in CLAIMS.items():
        claims = {k: v for k, v in (good() | change).items() if v is not None}
        found[name] = refused(app, signed(claims))
    assert found == {name: why for name, (_, why) in CLAIMS.items()}


def by_hs256_of_the_public_key(claims: dict[str, Any]) -> str:
    """Algorithm confusion: LINE's public key as a shared secret."""
    parts = [{"alg": "HS256", "kid": KEY.kid}, claims]
    said = ".".join(unpadded(json.dumps(part).encode()) for part in parts)
    mac = hmac.digest(KEY.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{unpadded(mac)}"


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def swapped_payload(claims: dict[str, Any]) -> str:
    head, _, tail = signed(good()).split(".")
    body = unpadded(json.dumps(claims | {"sub": "U" + "3" * 32}).encode())
    return f"{head}.{body}.{tail}"


SIGNATURES: dict[str, Any] = {
    "none": unsigned,
    "HS256 by the public key": by_hs256_of_the_public_key,
    "HS256 of the web flow": lambda claims: signed(
        claims, OctKey.import_key(SECRET.encode()), alg="HS256", kid=None
    ),
    "another key under LINE's name": lambda claims: signed(claims, OTHER),
    "another key under its own name": lambda claims: signed(claims, OTHER, kid=OTHER.kid),
    "its own key in the header": lambda claims: signed(
        claims, OTHER, kid=OTHER.kid, jwk=OTHER.as_dict(private=False)
    ),
    "a key to be fetched": lambda claims: signed(
        claims, OTHER, kid=OTHER.kid, jku="https://evil.example/keys"
    ),
    "no name": lambda claims: signed(claims, kid=None),
    "a path as name": lambda claims: signed(claims, OTHER, kid="../../keys"),
    "cut off": lambda claims: signed(claims)[:-4],
    "other words": swapped_payload,
    "empty": lambda claims: "",
    "not a token": lambda claims: "x",
    "three dots": lambda claims: "...",
    "Japanese": lambda claims: "さくら.さくら.さくら",
    "endless": lambda claims: signed(claims | {"x": "y" * 5000}),
}


@pytest.mark.parametrize("fault", SIGNATURES)
def test_a_wrong_signature_is_refused(app: Flask, fault: str) -> None:
    reason = refused(app, SIGNATURES[fault](good()))
    assert reason in {"signature", "unknown_key", "malformed"}


def test_a_user_id_without_a_token_is_nothing(app: Flask, phone: Phone) -> None:
    """Attack case 9: LINE's own documents warn of it."""
    phone.browser.get("/line/my")
    for given in (SAKURA, json.dumps({"userId": SAKURA}), json.dumps(good())):
        page = phone.hand_over(given)
        assert page.status == 400 and "LINEでログインできませんでした" in page.heading
    form = {"userId": SAKURA, "sub": SAKURA, "csrf_token": "x"}
    assert phone.browser.client.post("http://localhost:8000/line", data=form).status_code == 400
    assert "sign_in.first_proven" not in people.actions(app)
    assert people.signed_in(app) == 0


def test_a_token_is_used_once_and_its_twin_not_at_all(app: Flask, phone: Phone) -> None:
    token = signed(good())
    assert phone.hand_over(token).path == "/sign-in/second-step"
    for again in (token, other_signature_of(token)):
        assert proven(app, again) == SAKURA  # the signature holds
        page = phone.hand_over(again)
        assert page.status == 400
    reasons = rows(app, "SELECT details->>'reason' FROM audit_entries WHERE action LIKE '%refused'")
    assert reasons == [("replayed",), ("replayed",)]


def other_signature_of(token: str) -> str:
    """(r, n - s) is as good a signature as (r, s)."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    said, _, tail = token.rpartition(".")
    raw = base64.urlsafe_b64decode(tail + "==")
    twin = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return f"{said}.{unpadded(twin)}"


def test_the_form_must_be_this_browsers_own(app: Flask, phone: Phone) -> None:
    """Login CSRF: another site posts its own good token in the visitor's browser."""
    token = signed(good())
    phone.browser.get("/line/my")
    answer = phone.browser.client.post(
        "http://localhost:8000/line",
        data={"id_token": token, "next": "/my"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 400
    assert "sign_in.first_proven" not in people.actions(app)
    assert phone.hand_over(token).path == "/sign-in/second-step"  # nothing was used up


def test_keys_are_kept_and_asked_for_again_once_a_minute(
    app: Flask, hostile: HostileLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        proven(app, signed(good()))
    assert hostile.asked_for_keys == 1
    hostile.keys = {"keys": [KEY.as_dict(private=False), OTHER.as_dict(private=False)]}
    for _ in range(20):
        assert refused(app, signed(good(), OTHER, kid=OTHER.kid)) == "unknown_key"
    assert hostile.asked_for_keys == 1
    keys: Any = app.extensions["mado.line_keys"]
    keys._asked_at -= 61
    assert proven(app, signed(good(), OTHER, kid=OTHER.kid)) == SAKURA  # LINE has a new key
    hostile.keys = None
    keys._asked_at -= 61
    keys._known_at -= 25 * 3600
    assert proven(app, signed(good())) == SAKURA  # LINE is away: yesterday's keys still hold
    assert hostile.asked_for_keys == 3


@pytest.mark.parametrize("answer", [None, [], {}, {"keys": 3}, "x"])
def test_without_keys_line_is_away(app: Flask, hostile: HostileLine, answer: Any) -> None:
    hostile.keys = answer
    with app.test_request_context(), pytest.raises(LineAway):
        liff.proven(signed(good()))


def test_odd_keys_are_left_out(app: Flask, hostile: HostileLine) -> None:
    half = {"kty": "EC", "crv": "P-256", "kid": "c"}
    odd = [
        3,
        half,
        {"kty": "oct", "k": "eA", "kid": "a"},
        {"kty": "EC"},
        {"kty": "RSA", "kid": "b"},
    ]
    hostile.keys = {"keys": [*odd, KEY.as_dict(private=False)]}
    assert proven(app, signed(good())) == SAKURA


def test_a_portal_in_public_does_not_believe_a_stand_ins_keys(
    app: Flask, hostile: HostileLine
) -> None:
    hostile.headers = {"Mado-Standin": "line-platform"}
    settings = app.extensions["mado.settings"]
    public = settings.model_copy(update={"PUBLIC_URL": "https://my.city.example"})
    liff.install(app, public)
    assert refused(app, signed(good())) == "stand_in"

"""Attack case 29, pushed requests and DPoP: who calls, and with which key."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from auth.provider import dpop
from tests.auth.people import actions
from tests.auth.provider.tools import ISSUER, Tool, add_tool, came_back, new_key, press
from tests.browser import Browser

ALL = "openid offline_access"


@pytest.fixture
def signer(app: Flask) -> Tool:
    """A tool with a key of its own."""
    return add_tool(app, auth_method="private_key_jwt")


def proof(
    key: ECKey, path: str, *, method: str = "POST", token: str | None = None, **more: Any
) -> dict[str, str]:
    """A DPoP header."""
    claims = {
        "htm": method,
        "htu": ISSUER + path,
        "iat": int(time.time()),
        "jti": secrets.token_urlsafe(12),
    }
    if token:
        digest = hashlib.sha256(token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    header |= more.pop("header", {})
    header = {k: v for k, v in header.items() if v is not None}
    claims = {k: v for k, v in (claims | more).items() if v is not None}
    return {"DPoP": jwt.encode(header, claims, key, ["ES256"])}


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post", "none"])
def test_each_way_works_and_no_other(app: Flask, momiji: Browser, way: str) -> None:
    tool = add_tool(app, auth_method=way)
    assert tool.redeem(tool.code(momiji)).status_code == 200
    code = tool.code(momiji)
    tool.secret = tool.secret or "guessed"
    for other in {"client_secret_basic", "client_secret_post", "none"} - {way}:
        tool.way = other
        assert tool.redeem(code).get_json()["error"] == "invalid_client"
    tool.way = way
    assert tool.redeem(code).status_code == 200


def test_a_wrong_secret_and_two_ways_at_once(tool: Tool, momiji: Browser) -> None:
    code, right = tool.code(momiji), tool.secret
    tool.secret = "wrong"
    answer = tool.redeem(code)
    assert answer.status_code == 401 and "Basic" in answer.headers["WWW-Authenticate"]
    tool.secret = right
    twice = tool.redeem(code, client_id=tool.client_id, client_secret=right)
    assert twice.get_json()["error"] == "invalid_request"
    odd = tool.http(
        "POST",
        "/oauth/token",
        data={"grant_type": "authorization_code"},
        headers={"Authorization": "Basic \u00ff\u00fe"},
    )
    assert odd.status_code == 401
    assert tool.redeem(code).status_code == 200
    assert "tool.refused" in actions(tool.app)


def test_secrets_come_form_encoded(tool: Tool, momiji: Browser) -> None:
    """RFC 6749 §2.3.1; some libraries encode even "-" and "_"."""
    encoded = "".join(f"%{ord(letter):02X}" for letter in f"{tool.secret}")
    name = tool.client_id.replace("-", "%2D")
    both = base64.b64encode(f"{name}:{encoded}".encode()).decode()
    code = tool.code(momiji)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": tool.redirect_uri,
        "code_verifier": tool.verifier,
    }
    answer = tool.http(
        "POST", "/oauth/token", data=form, headers={"Authorization": f"Basic {both}"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://evil.example"},
        {"aud": None},
        {"iss": "other"},
        {"sub": None},
        {"exp": None},
        {"exp": int(time.time()) + 365 * 86400},
        {"exp": int(time.time()) - 600},
        {"jti": None},
    ],
)
def test_an_assertion_that_does_not_hold(
    signer: Tool, momiji: Browser, claims: dict[str, Any]
) -> None:
    code = signer.code(momiji)
    wrong = signer.redeem(code, **signer.proof_of_client(**claims))
    assert wrong.get_json()["error"] == "invalid_client"
    assert signer.redeem(code).status_code == 200


def test_an_assertion_counts_once_and_needs_the_tools_own_key(
    signer: Tool, momiji: Browser
) -> None:
    code, assertion = signer.code(momiji), signer.proof_of_client()
    assert signer.redeem("x", **assertion).get_json()["error"] == "invalid_grant"
    assert signer.redeem(code, **assertion).get_json()["error"] == "invalid_client"
    own, signer.key = signer.key, new_key()
    assert signer.redeem(code).get_json()["error"] == "invalid_client"
    signer.key = own
    claims = json.loads(
        base64.urlsafe_b64decode(signer.proof_of_client()["client_assertion"].split(".")[1] + "==")
    )
    public = json.dumps(own.as_dict(private=False))
    swapped = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(public), ["HS256"])
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    body = signer.proof_of_client()["client_assertion"].split(".")[1]
    for forged in (swapped, f"{head}.{body}.", "x", "a.b.c"):
        kind = signer.proof_of_client()["client_assertion_type"]
        answer = signer.redeem(code, client_assertion=forged, client_assertion_type=kind)
        assert answer.get_json()["error"] == "invalid_client"
    assert signer.redeem(code).status_code == 200


def push(tool: Tool, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """Push a request."""
    return tool.post("pushed_authorization_request_endpoint", headers, **tool.query(**more))


def show(tool: Tool, browser: Browser, uri: str, **more: str) -> Any:
    """Send the browser over with a pushed request."""
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return browser.get(
        f"/oauth/authorize?client_id={tool.client_id}&request_uri={uri}{extra}", follow=True
    )


def test_pushed_requests(app: Flask, momiji: Browser) -> None:
    tool = add_tool(app, par=True, auth_method="private_key_jwt")
    assert tool.send(momiji).status == 400  # it must push
    answer = push(tool)
    assert answer.status_code == 201 and answer.get_json()["expires_in"] <= 90
    uri = answer.get_json()["request_uri"]
    show(tool, momiji, uri, scope="openid email", redirect_uri="https://evil.example")
    back = came_back(press(momiji, "allow"))
    assert back["at"] == tool.redirect_uri and back["state"] == tool.asked["state"]
    assert tool.redeem(back["code"]).get_json()["scope"] == "openid"
    assert show(tool, momiji, uri).status == 400  # once
    other = add_tool(app, name="体育館の予約")
    stolen = push(tool).get_json()["request_uri"]
    assert show(other, momiji, stolen).status == 400


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_pushed_request_is_judged_at_once(tool: Tool, more: dict[str, Any], error: str) -> None:
    answer = push(tool, **more)
    assert answer.status_code == 400 and answer.get_json()["error"] == error


def test_dpop_binds_tokens_to_a_key(app: Flask, momiji: Browser) -> None:
    tool, key, other = add_tool(app, dpop=True), new_key(), new_key()
    code = tool.code(momiji, scope=ALL)
    assert tool.redeem(code).get_json()["error"] == "invalid_dpop_proof"
    answer = tool.redeem(code, proof(key, "/oauth/token"))
    tokens = answer.get_json()
    assert tokens["token_type"] == "DPoP"
    token, path = tokens["access_token"], "/oauth/userinfo"

    def ask(headers: dict[str, str], scheme: str = "DPoP") -> int:
        both = headers | {"Authorization": f"{scheme} {token}"}
        return int(tool.http("GET", path, headers=both).status_code)

    good = proof(key, path, method="GET", token=token)
    assert ask(good) == 200
    assert ask(good) == 401  # a proof counts once
    assert ask(proof(key, path, method="GET", token=token), "Bearer") == 401
    assert ask({}) == 401
    for wrong in (
        proof(other, path, method="GET", token=token),
        proof(key, path, method="GET"),
        proof(key, path, method="POST", token=token),
        proof(key, "/oauth/token", method="GET", token=token),
        proof(key, path, method="GET", token=token, iat=int(time.time()) - 3600),
        proof(key, path, method="GET", token=token, iat=int(time.time()) + 3600),
        proof(key, path, method="GET", token=token, jti=None),
        proof(key, path, method="GET", token=token, header={"typ": "JWT"}),
        proof(key, path, method="GET", token=token, header={"jwk": key.as_dict(private=True)}),
        {"DPoP": "x"},
    ):
        assert ask(wrong) == 401
    told = tool.post("introspection_endpoint", token=token).get_json()
    assert told["token_type"] == "DPoP" and told["cnf"] == {"jkt": key.thumbprint()}


def test_a_code_bound_to_a_key_is_redeemed_with_it_only(app: Flask, momiji: Browser) -> None:
    tool, key = add_tool(app, dpop=True, auth_method="none"), new_key()
    code = tool.code(momiji, scope=ALL, dpop_jkt=key.thumbprint())
    stolen = tool.redeem(code, proof(new_key(), "/oauth/token"))
    assert stolen.get_json()["error"] == "invalid_grant"
    tokens = tool.redeem(code, proof(key, "/oauth/token")).get_json()
    stolen = tool.refresh(tokens["refresh_token"], proof(new_key(), "/oauth/token"))
    assert stolen.get_json()["error"] == "invalid_grant"
    answer = tool.refresh(tokens["refresh_token"], proof(key, "/oauth/token"))
    assert answer.get_json()["token_type"] == "DPoP"


def test_a_pushed_proof_binds_the_code(app: Flask, momiji: Browser) -> None:
    tool, key = add_tool(app, par=True, dpop=True), new_key()
    uri = push(tool, proof(key, "/oauth/par")).get_json()["request_uri"]
    show(tool, momiji, uri)
    code = came_back(press(momiji, "allow"))["code"]
    wrong = tool.redeem(code, proof(new_key(), "/oauth/token"))
    assert wrong.get_json()["error"] == "invalid_grant"
    assert tool.redeem(code, proof(key, "/oauth/token")).status_code == 200


def test_a_tool_may_be_held_to_fresh_numbers(app: Flask, momiji: Browser) -> None:
    """RFC 9449 §8: proofs made long before, for a thief to use later, are worth nothing."""
    tool, key = add_tool(app, dpop_nonce=True), new_key()
    code = tool.code(momiji, scope=ALL)
    assert tool.redeem(code).get_json()["error"] == "invalid_dpop_proof"
    told = tool.redeem(code, proof(key, "/oauth/token"))
    assert told.status_code == 400 and told.get_json()["error"] == "use_dpop_nonce"
    with app.app_context():
        number, last, over = dpop.nonce(), dpop.nonce(before=1), dpop.nonce(before=2)
    assert told.headers["DPoP-Nonce"] in (number, last)
    for wrong in (over, "guessed", 7):
        answer = tool.redeem(code, proof(key, "/oauth/token", nonce=wrong))
        assert answer.get_json()["error"] == "use_dpop_nonce"
    token = tool.redeem(code, proof(key, "/oauth/token", nonce=last)).get_json()["access_token"]

    def ask(**more: Any) -> Any:
        both = proof(key, "/oauth/userinfo", method="GET", token=token, **more)
        both["Authorization"] = f"DPoP {token}"
        return tool.http("GET", "/oauth/userinfo", headers=both)

    answer = ask()
    assert answer.status_code == 401 and answer.headers["DPoP-Nonce"]
    assert "use_dpop_nonce" in answer.headers["WWW-Authenticate"]
    assert ask(nonce=number).status_code == 200
    pushed = push(tool, proof(key, "/oauth/par"))
    assert pushed.status_code == 400 and pushed.headers["DPoP-Nonce"]
    assert push(tool, proof(key, "/oauth/par", nonce=number)).status_code == 201

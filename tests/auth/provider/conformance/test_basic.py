"""OpenID Foundation: oidcc-basic-certification-test-plan, each module by its name."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from auth.provider.clients import BadClient
from tests.auth.provider.conformance.conftest import MOMIJI, MakeTool
from tests.auth.provider.conformance.resident import Resident
from tests.auth.provider.test_codes_and_tokens import later
from tests.auth.provider.tools import BACK, ISSUER, Tool, came_back
from tests.browser import Browser

CLAIMS = {
    "oidcc-scope-profile": ("openid profile", {"sub", "locale"}),
    "oidcc-scope-email": ("openid email", {"sub", "email", "email_verified"}),
    "oidcc-scope-address": ("openid address", {"sub"}),  # she has typed no district
    "oidcc-scope-phone": ("openid phone", {"sub"}),  # nobody's is known here
    "oidcc-scope-all": (
        "openid profile email address phone",
        {"sub", "locale", "email", "email_verified"},
    ),
}
IGNORED = {
    "oidcc-display-page": {"display": "page"},
    "oidcc-display-popup": {"display": "popup"},
    "oidcc-login-hint": {"login_hint": "buffy@example.com"},
    "oidcc-ui-locales": {"ui_locales": "se"},
    "oidcc-claims-locales": {"claims_locales": "se"},
    "oidcc-claims-essential": {"claims": '{"userinfo":{"name":{"essential":true}}}'},
    "oidcc-ensure-request-with-unknown-parameter-succeeds": {"extra": "foobar"},
    "oidcc-ensure-request-with-acr-values-succeeds": {"acr_values": "1 2"},
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": {"nonce": None},
    "oidcc-ensure-request-with-valid-pkce-succeeds": {},
    "oidcc-ensure-other-scope-order-succeeds": {"scope": "email openid"},
}


def unsigned(**claims: str) -> str:
    """A request object with alg none."""
    parts = ({"alg": "none"}, claims)
    encoded = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts)
    return "".join(f"{one.rstrip('=')}." for one in encoded)


def checked(tool: Tool, tokens: dict[str, Any]) -> dict[str, Any]:
    """The ID token's claims, looked at as Core §3.1.3.7 says."""
    told = tool.claims(tokens["id_token"])
    assert told["iss"] == ISSUER and told["aud"] == tool.client_id
    assert told["iat"] <= told["exp"] and told["sub"]
    assert told.get("nonce") == tool.asked.get("nonce")
    return told


def happy(tool: Tool, browser: Browser, **more: Any) -> dict[str, Any]:
    """The whole flow, user info included."""
    tokens = tool.tokens(browser, **more)
    assert tokens["token_type"] == "Bearer"
    told = checked(tool, tokens)
    answer = tool.userinfo(tokens["access_token"])
    assert answer.status_code == 200 and answer.get_json()["sub"] == told["sub"]
    return tokens


def test_oidcc_server(tool: Tool, momiji: Resident) -> None:
    happy(tool, momiji)


def test_oidcc_server_client_secret_post(make: MakeTool, momiji: Resident) -> None:
    happy(make(auth_method="client_secret_post"), momiji)


def test_oidcc_alternate_happy_flow(make: MakeTool, momiji: Resident) -> None:
    uri = f"{BACK}?dummy1=lorem&dummy2=ipsum"
    tool = make(redirect_uris=[uri, BACK])
    back = tool.allowed(momiji)
    assert back["dummy1"] == "lorem" and back["dummy2"] == "ipsum"
    assert tool.redeem(back["code"]).status_code == 200


def test_oidcc_response_type_missing(tool: Tool, momiji: Resident) -> None:
    assert came_back(tool.send(momiji, response_type=None))["error"] == "invalid_request"


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
def test_oidcc_idtoken_signature(make: MakeTool, momiji: Resident, alg: str) -> None:
    tool = make(id_token_alg=alg)
    token = tool.tokens(momiji)["id_token"]
    head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    keys = tool.http("GET", tool.path("jwks_uri")).get_json()["keys"]
    assert head["alg"] == alg
    assert [key["alg"] for key in keys if key["kid"] == head["kid"]] == [alg]
    tool.claims(token)


def test_oidcc_idtoken_unsigned(make: MakeTool, tool: Tool) -> None:
    assert "none" not in tool.discovery()["id_token_signing_alg_values_supported"]
    with pytest.raises((BadClient, Exception), match="id_token_alg"):
        make(id_token_alg="none")


@pytest.mark.parametrize(("scope", "names"), CLAIMS.values(), ids=CLAIMS.keys())
def test_scopes(tool: Tool, momiji: Resident, scope: str, names: set[str]) -> None:
    tokens = happy(tool, momiji, scope=scope)
    told = tool.userinfo(tokens["access_token"]).get_json()
    assert set(told) == names
    assert told.get("email", MOMIJI) == MOMIJI


@pytest.mark.parametrize("more", IGNORED.values(), ids=IGNORED.keys())
def test_requests_that_succeed(tool: Tool, momiji: Resident, more: dict[str, Any]) -> None:
    happy(tool, momiji, **more)


def test_oidcc_userinfo_get(tool: Tool, momiji: Resident) -> None:
    tokens = tool.tokens(momiji)
    assert tool.userinfo(tokens["access_token"]).get_json()["sub"]


@pytest.mark.parametrize("place", ["oidcc-userinfo-post-header", "oidcc-userinfo-post-body"])
def test_userinfo_by_post(tool: Tool, momiji: Resident, place: str) -> None:
    token = tool.tokens(momiji)["access_token"]
    how: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    if place.endswith("body"):
        how = {"data": {"access_token": token}}
    answer = tool.http("POST", tool.path("userinfo_endpoint"), **how)
    assert answer.get_json()["sub"]
    twice = tool.http(
        "POST",
        tool.path("userinfo_endpoint"),
        data={"access_token": token},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert twice.status_code == 400


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"prompt": "login"}, id="oidcc-prompt-login"),
        pytest.param({"max_age": "1"}, id="oidcc-max-age-1"),
    ],
)
def test_a_second_sign_in(tool: Tool, newcomer: Resident, more: dict[str, str]) -> None:
    first = checked(tool, tool.tokens(newcomer))["auth_time"]
    newcomer.was_signed_in(before=timedelta(seconds=30))
    page = tool.send(newcomer, **more)
    assert page.path == "/sign-in/second-step"
    back = came_back(newcomer.prove_again())
    told = checked(tool, tool.redeem(back["code"]).get_json())
    assert told["auth_time"] > first - 30
    assert told["auth_time"] >= told["iat"] - 10


def test_oidcc_max_age_10000(tool: Tool, newcomer: Resident) -> None:
    first = checked(tool, tool.tokens(newcomer))
    newcomer.was_signed_in(before=timedelta(seconds=5000))
    back = came_back(tool.send(newcomer, max_age="10000", prompt="none"))
    second = checked(tool, tool.redeem(back["code"]).get_json())
    assert second["sub"] == first["sub"]
    assert abs(second["auth_time"] - (first["auth_time"] - 5000)) <= 1


def test_oidcc_prompt_none_logged_in(tool: Tool, momiji: Resident) -> None:
    first = checked(tool, tool.tokens(momiji))
    back = came_back(tool.send(momiji, prompt="none"))
    second = checked(tool, tool.redeem(back["code"]).get_json())
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_prompt_none_not_logged_in(tool: Tool, stranger: Browser) -> None:
    back = came_back(tool.send(stranger, prompt="none"))
    assert back["error"] == "login_required" and back["state"] == tool.asked["state"]


def test_oidcc_id_token_hint(tool: Tool, momiji: Resident) -> None:
    tokens = tool.tokens(momiji)
    back = came_back(tool.send(momiji, prompt="none", id_token_hint=tokens["id_token"]))
    again = checked(tool, tool.redeem(back["code"]).get_json())
    assert again["sub"] == tool.claims(tokens["id_token"])["sub"]


def test_oidcc_codereuse(tool: Tool, momiji: Resident) -> None:
    code = tool.code(momiji)
    assert tool.redeem(code).status_code == 200
    assert tool.redeem(code).get_json()["error"] == "invalid_grant"


def test_oidcc_codereuse_30seconds(app: Flask, tool: Tool, momiji: Resident) -> None:
    code = tool.code(momiji)
    token = tool.redeem(code).get_json()["access_token"]
    later(app, timedelta(seconds=30))
    assert tool.userinfo(token).status_code == 200
    assert tool.redeem(code).get_json()["error"] == "invalid_grant"
    assert tool.userinfo(token).status_code == 401


def test_oidcc_ensure_registered_redirect_uri(tool: Tool, momiji: Resident) -> None:
    page = tool.send(momiji, redirect_uri=f"{BACK}/not-registered")
    assert page.status == 400 and "Location" not in page.response.headers


@pytest.mark.parametrize("prompt", [None, "none"])
def test_oidcc_ensure_post_request_succeeds(
    app: Flask, tool: Tool, momiji: Resident, stranger: Browser, prompt: str | None
) -> None:
    tool.tokens(momiji)  # she allows it
    form = tool.query(prompt=prompt)
    # From the tool's site the browser sends no cookie of ours with a POST (SameSite=Lax).
    answer = app.test_client().post("/oauth/authorize", data=form, base_url=ISSUER)
    back = came_back(momiji.get(answer.headers["Location"]))
    assert tool.redeem(back["code"]).status_code == 200
    if prompt == "none":  # no page is shown to whom is not signed in
        refused = came_back(stranger.get(answer.headers["Location"], follow=False))
        assert refused["error"] == "login_required"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        pytest.param(
            {"request": unsigned()},
            "request_not_supported",
            id="oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
        ),
        pytest.param(
            {"request_uri": "https://tool.mado.example/request.jwt"},
            "request_uri_not_supported",
            id="oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
        ),
        pytest.param(
            {"request": unsigned(redirect_uri="https://evil.example")},
            "request_not_supported",
            id="oidcc-ensure-request-object-with-redirect-uri",
        ),
    ],
)
def test_request_objects(tool: Tool, momiji: Resident, more: dict[str, str], error: str) -> None:
    told = tool.discovery()
    assert told["request_parameter_supported"] is False
    assert told["request_uri_parameter_supported"] is False
    back = came_back(tool.send(momiji, **more))
    assert back["at"] == BACK and back["error"] == error


def test_oidcc_refresh_token(make: MakeTool, tool: Tool, momiji: Resident) -> None:
    tokens = tool.tokens(momiji, scope="openid offline_access", prompt="consent")
    first = checked(tool, tokens)
    other = make(name="体育館の予約")
    assert other.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    answer = tool.refresh(tokens["refresh_token"]).get_json()
    told = tool.claims(answer["id_token"])
    same = ("iss", "sub", "aud", "auth_time")
    assert [told[name] for name in same] == [first[name] for name in same]
    assert tool.userinfo(answer["access_token"]).status_code == 200

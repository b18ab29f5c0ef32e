"""Attack case 27 and the OpenID Foundation's Basic OP list: what may be asked, and how."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import transaction
from tests.auth.people import actions, app_code
from tests.auth.provider.conftest import MOMIJI
from tests.auth.provider.tools import BACK, ISSUER, Tool, add_tool, came_back, press, sign_in
from tests.browser import Browser


def age_sign_in(app: Flask, by: timedelta) -> None:
    """The sign-in was that long ago."""
    with app.app_context(), transaction() as session:
        session.execute(
            text("UPDATE sessions SET authenticated_at = authenticated_at - :by"), {"by": by}
        )


def test_discovery_is_true_to_the_last_field(tool: Tool) -> None:
    told = tool.discovery()
    assert told["issuer"] == ISSUER
    for name, value in told.items():
        if name.endswith(("_endpoint", "_uri")):
            answer = tool.http("GET", value.removeprefix(ISSUER))
            assert answer.status_code != 404, name
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "none" not in told["id_token_signing_alg_values_supported"]
    assert "implicit" not in json.dumps(told) and "password" not in json.dumps(told)
    assert tool.http("GET", "/.well-known/oauth-authorization-server").get_json() == told


@pytest.mark.parametrize(
    "uri",
    [
        BACK + "/",
        BACK + "/../evil",
        BACK + "?x=1",
        BACK + "#x",
        BACK.replace("back", "Back"),
        BACK.replace("https://tool", "https://TOOL"),
        BACK.replace(".example/", ".example:443/"),
        BACK.replace("https", "http"),
        BACK.replace("tool.mado.example", "tool.mado.example.evil.example"),
        BACK.replace("https://", "https://user@"),
        "http://localhost/back",
        "//tool.mado.example/back",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_an_unregistered_address_gets_nothing_and_no_sign_in_page(
    tool: Tool, browser: Browser, uri: str | None
) -> None:
    page = tool.send(browser, redirect_uri=uri)
    assert page.status == 400 and "Location" not in page.response.headers
    assert page.path == "/oauth/authorize" and page.heading == "このサービスへ進めません"
    assert "tool.request_refused" in actions(tool.app)


def test_an_unknown_tool_gets_nothing(tool: Tool, browser: Browser) -> None:
    for client_id in (tool.client_id.upper(), "nobody", "", None):
        assert tool.send(browser, client_id=client_id).status == 400


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "http://169.254.169.254/x"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"state": "x" * 5000}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_faults_are_told_to_the_tool(
    tool: Tool, browser: Browser, more: dict[str, Any], error: str
) -> None:
    answer = came_back(tool.send(browser, **more))
    assert answer["at"] == BACK and answer["error"] == error
    assert answer["state"] == tool.asked["state"] and answer["iss"] == ISSUER


@pytest.mark.parametrize("name", ["scope", "state", "nonce", "prompt", "code_challenge", "x"])
def test_a_parameter_twice_is_refused(tool: Tool, browser: Browser, name: str) -> None:
    query = urlencode([*tool.query(x="1").items(), (name, "2")])
    assert came_back(browser.get(f"/oauth/authorize?{query}"))["error"] == "invalid_request"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_tool_or_address_twice_gets_no_redirect(tool: Tool, browser: Browser, name: str) -> None:
    query = urlencode([*tool.query().items(), (name, tool.query()[name])])
    assert browser.get(f"/oauth/authorize?{query}").status == 400


def test_what_is_not_known_is_ignored(tool: Tool, momiji: Browser) -> None:
    code = tool.code(
        momiji,
        scope="openid phone unknown",
        login_hint="someone@else.example",
        claims_locales="se",
        display="popup",
        acr_values="1 2",
        extra="foobar",
        nonce=None,
        claims='{"userinfo":{"name":{"essential":true}}}',
    )
    tokens = tool.redeem(code).get_json()
    assert tokens["scope"] == "openid" and "nonce" not in tool.claims(tokens["id_token"])


def test_long_state_and_nonce_come_back_as_they_were(tool: Tool, momiji: Browser) -> None:
    state, nonce = "s%&é" * 500, "n" * 1000
    answer = tool.allowed(momiji, state=state, nonce=nonce)
    assert answer["state"] == state
    assert tool.claims(tool.redeem(answer["code"]).get_json()["id_token"])["nonce"] == nonce


def test_a_request_by_post(tool: Tool, momiji: Browser, app: Flask) -> None:
    """The tool's form comes without our cookie; the browser then looks by GET, with it."""
    answer = app.test_client().post(
        "/oauth/authorize", data=tool.query(), base_url=ISSUER, follow_redirects=False
    )
    assert answer.status_code == 303
    page = momiji.get(answer.headers["Location"])
    assert "図書館の予約" in page.heading
    assert "code" in came_back(press(momiji, "allow"))


def test_prompt_login_and_max_age_want_fresh_proof(
    app: Flask, tool: Tool, momiji: Browser, secret: str
) -> None:
    first = tool.claims(tool.tokens(momiji)["id_token"])["auth_time"]
    age_sign_in(app, timedelta(hours=1))
    assert "code" in came_back(tool.send(momiji, max_age="10000"))
    assert came_back(tool.send(momiji, max_age="1", prompt="none"))["error"] == "login_required"
    for steps, more in ((1, {"max_age": "1"}), (-1, {"prompt": "login"})):
        page = tool.send(momiji, **more)
        assert page.path == "/sign-in/second-step"
        with app.app_context(), transaction() as session:
            session.execute(text("UPDATE authenticators SET last_step = 0"))
        momiji.get("/sign-in/second-step/totp")
        answer = came_back(momiji.submit(code=app_code(secret, steps)))
        told = tool.claims(tool.redeem(answer["code"]).get_json()["id_token"])
        assert told["auth_time"] >= first


def test_a_step_that_was_not_done_is_asked_again(app: Flask, tool: Tool, momiji: Browser) -> None:
    """Going straight back to the request does not skip the proof (case 15)."""
    tool.tokens(momiji)
    page = tool.send(momiji, prompt="login", follow=False)
    waiting = page.response.headers["Location"]
    assert momiji.get(waiting).path == "/sign-in/second-step"
    assert momiji.get(waiting).path == "/sign-in/second-step"


def test_prompt_consent_asks_again(tool: Tool, momiji: Browser) -> None:
    tool.code(momiji)
    assert "図書館の予約" in tool.send(momiji, prompt="consent").heading


def test_a_stronger_sign_in_is_asked_for(
    app: Flask, browser: Browser, secret: str, tool: Tool
) -> None:
    sign_in(browser, app, MOMIJI, secret)
    tool.tokens(browser)
    with app.app_context(), transaction() as session:  # as after LINE and a mailed code
        session.execute(text("UPDATE sessions SET acr = 'aal1', amr = '{email,line}'"))
        session.execute(text("UPDATE authenticators SET last_step = 0"))
    silent = came_back(tool.send(browser, acr_values="aal2", prompt="none"))
    assert silent["error"] == "unmet_authentication_requirements"
    page = tool.send(browser, acr_values="aal2")
    assert page.path == "/sign-in/second-step"
    browser.get("/sign-in/second-step/totp")
    answer = came_back(browser.submit(code=app_code(secret, 1)))
    assert tool.claims(tool.redeem(answer["code"]).get_json()["id_token"])["acr"] == "aal2"


def test_the_hint_must_mean_this_resident(tool: Tool, momiji: Browser) -> None:
    token = tool.tokens(momiji)["id_token"]
    assert "code" in came_back(tool.send(momiji, id_token_hint=token, prompt="none"))
    head, body, end = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    told["sub"] = "another"
    body = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    for wrong in (f"{head}.{body}.{end}", "x", f"{head}..{end}"):
        answer = came_back(tool.send(momiji, id_token_hint=wrong, prompt="none"))
        assert answer["error"] == "login_required"


def test_the_tools_wish_for_a_language(tool: Tool, browser: Browser) -> None:
    page = tool.send(browser, ui_locales="fr en ja")
    assert page.path == "/sign-in" and 'lang="en"' in page.html


def test_pkce_may_be_excepted_by_an_administrator_only_with_a_nonce(
    app: Flask, momiji: Browser
) -> None:
    old = add_tool(app, no_pkce_reason="古い予約システムのため")
    bare = {"code_challenge": None, "code_challenge_method": None}
    assert came_back(old.send(momiji, **bare, nonce=None))["error"] == "invalid_request"
    code = old.code(momiji, **bare)
    answer = old.redeem(code)
    assert answer.get_json()["error"] == "invalid_request"  # a verifier nobody asked with
    code = old.code(momiji, **bare)
    assert old.redeem(code, code_verifier=None).status_code == 200
    assert "client.pkce_excepted" in actions(app)

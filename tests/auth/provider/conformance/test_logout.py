"""OpenID Foundation: the RP-initiated and back-channel logout plans, each module by its name."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from auth.provider.backchannel import EVENT
from tests.auth.provider.conformance.conftest import MakeTool
from tests.auth.provider.conformance.resident import Resident
from tests.auth.provider.test_logout import Listener
from tests.auth.provider.tools import ISSUER, Tool
from tests.browser import Page

BYE = "https://tool.mado.example/bye"


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    found.thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def leaving(make: MakeTool, listener: Listener) -> Tool:
    """A tool with addresses for signing out."""
    return make(post_logout_uris=[BYE], backchannel_logout_uri=listener.url)


def leave(tool: Tool, browser: Resident, **params: str) -> Page:
    """The tool sends the browser to the end session endpoint."""
    return browser.get(f"{tool.path('end_session_endpoint')}?{urlencode(params)}")


def is_in(browser: Resident) -> bool:
    """Whether she is still signed in."""
    return browser.get("/account/security").path == "/account/security"


def is_silently_in(tool: Tool, browser: Resident) -> bool:
    """As the suite looks: prompt=none gives a code or login_required."""
    page = tool.send(browser, prompt="none")
    return "code=" in page.response.headers["Location"]


def asks(page: Page) -> bool:
    """Whether our own page asks the resident, and nothing is sent on."""
    return page.status == 200 and "Location" not in page.response.headers


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(tool: Tool) -> None:
    assert tool.discovery()["end_session_endpoint"].startswith(ISSUER)


def test_oidcc_rp_initiated_logout(leaving: Tool, newcomer: Resident) -> None:
    hint = leaving.tokens(newcomer)["id_token"]
    state = "s" * 128
    page = leave(leaving, newcomer, id_token_hint=hint, post_logout_redirect_uri=BYE, state=state)
    assert page.response.headers["Location"] == f"{BYE}?state={state}"
    assert not is_silently_in(leaving, newcomer)


def test_oidcc_rp_initiated_logout_no_state(leaving: Tool, newcomer: Resident) -> None:
    hint = leaving.tokens(newcomer)["id_token"]
    page = leave(leaving, newcomer, id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert page.response.headers["Location"] == BYE
    assert not is_in(newcomer)


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param(
            "https://tool.mado.example/other",
            id="oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
        ),
        pytest.param(
            f"{BYE}?foo=bar",
            id="oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
        ),
        pytest.param(None, id="oidcc-rp-initiated-logout-no-post-logout-redirect-uri"),
    ],
)
def test_nobody_is_sent_to_an_unregistered_address(
    leaving: Tool, newcomer: Resident, uri: str | None
) -> None:
    hint = leaving.tokens(newcomer)["id_token"]
    params = {"id_token_hint": hint, "state": "s"}
    page = leave(leaving, newcomer, **params, **({"post_logout_redirect_uri": uri} if uri else {}))
    assert page.path == "/oauth/logout/done" and not is_in(newcomer)


def modified(token: str) -> str:
    """The same claims with alg none, as the suite makes it."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "kind",
    [
        "oidcc-rp-initiated-logout-bad-id-token-hint",
        "oidcc-rp-initiated-logout-modified-id-token-hint",
        "oidcc-rp-initiated-logout-no-id-token-hint",
    ],
)
def test_without_a_good_hint_she_is_asked(leaving: Tool, momiji: Resident, kind: str) -> None:
    token = leaving.tokens(momiji)["id_token"]
    head, body, signature = token.split(".")
    hints = {"bad": f"{head}.{body}.{signature[::-1]}", "modified": modified(token)}
    params = {"post_logout_redirect_uri": BYE, "state": "s"}
    hint = hints.get(kind.removeprefix("oidcc-rp-initiated-logout-").split("-")[0])
    assert asks(leave(leaving, momiji, **params, **({"id_token_hint": hint} if hint else {})))
    assert is_in(momiji)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="oidcc-rp-initiated-logout-no-params"),
        pytest.param({"state": "s"}, id="oidcc-rp-initiated-logout-only-state"),
    ],
)
def test_she_may_say_yes_on_our_own_page(
    leaving: Tool, newcomer: Resident, params: dict[str, str]
) -> None:
    leaving.tokens(newcomer)
    page = leave(leaving, newcomer, **params)
    assert asks(page) and is_silently_in(leaving, newcomer)
    leave(leaving, newcomer, **params)
    page = newcomer.submit("ログアウト")
    assert page.path == "/oauth/logout/done" and not is_silently_in(leaving, newcomer)


def test_oidcc_backchannel_logout_discovery_endpoint_verification(tool: Tool) -> None:
    told = tool.discovery()
    assert told["backchannel_logout_supported"] is True
    assert told["backchannel_logout_session_supported"] is True


def test_oidcc_backchannel_rp_initiated_logout(
    leaving: Tool, newcomer: Resident, listener: Listener, work: Any
) -> None:
    tokens = leaving.tokens(newcomer)
    told = leaving.claims(tokens["id_token"])
    leave(leaving, newcomer, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BYE)
    work()
    (got,) = listener.got
    token = got["logout_token"]
    claims = leaving.claims(token)
    head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert head["typ"] == "logout+jwt" and head["alg"] == "ES256"
    assert set(got) == {"logout_token"} and "nonce" not in claims
    assert claims["events"] == {EVENT: {}} and claims["jti"]
    assert (claims["iss"], claims["aud"]) == (ISSUER, leaving.client_id)
    assert (claims["sub"], claims["sid"]) == (told["sub"], told["sid"])
    assert 0 <= claims["exp"] - claims["iat"] <= 120

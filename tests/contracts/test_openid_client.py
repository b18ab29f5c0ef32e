"""Our provider judged by npm openid-client, a certified relying party of somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.auth.people import path_of
from tests.auth.provider.tools import add_resident, press, sign_in
from tests.browser import Browser
from tests.contracts.conftest import MakePeer, ServedPortal
from tests.contracts.relying import Relying, registered

MOMIJI = "momiji@home.example"
MakeRelying = Callable[..., Relying]


@pytest.fixture
def secret(app: Flask) -> str:
    """The secret in Momiji's authenticator app."""
    return add_resident(app, MOMIJI)


@pytest.fixture
def momiji(app: Flask, browser: Browser, secret: str) -> Browser:
    """Momiji's browser, signed in with two factors."""
    sign_in(browser, app, MOMIJI, secret)
    return browser


@pytest.fixture
def tool(app: Flask, served: ServedPortal, node_peer: MakePeer, momiji: Browser) -> MakeRelying:
    """`tool("private_key_jwt", par=True)`: a registered relying party and Momiji's browser."""

    def make(way: str = "client_secret_basic", **values: Any) -> Relying:
        return registered(app, served, node_peer("relying_party"), momiji, way, **values)

    return make


@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("client_secret_basic", {}),
        ("client_secret_post", {}),
        ("private_key_jwt", {}),
        ("none", {}),
        ("client_secret_basic", {"id_token_alg": "RS256"}),
        ("client_secret_basic", {"par": True}),
        ("none", {"dpop": True}),
        ("private_key_jwt", {"par": True, "dpop": True}),  # the shape of FAPI 2.0
        ("private_key_jwt", {"par": True, "dpop": True, "dpop_nonce": True}),
    ],
)
def test_sign_in_user_info_and_refresh(tool: MakeRelying, way: str, more: dict[str, Any]) -> None:
    relying = tool(way, **more)
    held = relying.signed_in()
    assert held["claims"]["acr"] == "aal2"
    assert held["token_type"] == ("dpop" if more.get("dpop") else "bearer")
    told = relying.peer.post("/userinfo", subject=held["claims"]["sub"])
    assert told["email"] == MOMIJI
    fresh = relying.peer.post("/refresh")
    assert fresh["refresh_token"] != held["refresh_token"]
    assert fresh["claims"]["sub"] == held["claims"]["sub"]
    assert relying.peer.post("/userinfo")["email"] == MOMIJI
    wanted = {call["path"] for call in relying.peer.get("/calls")["calls"] if call["wantsNonce"]}
    assert wanted == ({"/oauth/par"} if more.get("dpop_nonce") else set())  # told once


def test_a_spent_refresh_token_ends_the_family(tool: MakeRelying) -> None:
    relying = tool()
    held = relying.signed_in()
    fresh = relying.peer.post("/refresh")
    stolen = relying.status_of("/refresh", refresh_token=held["refresh_token"])
    assert stolen == (400, "invalid_grant")
    assert relying.status_of("/refresh", refresh_token=fresh["refresh_token"])[0] == 400
    assert relying.status_of("/userinfo", access_token=fresh["access_token"])[0] == 401


def test_introspection_and_revocation(tool: MakeRelying) -> None:
    relying = tool("private_key_jwt")
    held = relying.signed_in()
    told = relying.peer.post("/introspect", token=held["access_token"])
    assert told["active"] and told["sub"] == held["claims"]["sub"]
    relying.peer.post("/revoke", token=held["refresh_token"])
    assert relying.peer.post("/introspect", token=held["access_token"]) == {"active": False}


def test_a_code_that_came_back_twice_is_worth_nothing(tool: MakeRelying) -> None:
    relying = tool()
    back = path_of(relying.allowed())
    held = relying.peer.get(back)
    again = relying.peer.http.get(relying.peer.url + back, timeout=10)
    assert again.status_code == 400
    assert relying.status_of("/userinfo", access_token=held["access_token"])[0] == 401


def test_the_resident_says_no(tool: MakeRelying) -> None:
    relying = tool()
    assert relying.sent().status == 200
    back = press(relying.browser, "deny").response.headers["Location"]
    refused = relying.peer.http.get(back, timeout=10)
    assert refused.json()["error"] == "access_denied"


def test_silently_again_and_lately_enough(tool: MakeRelying) -> None:
    relying = tool()
    relying.signed_in()
    held = relying.signed_in(prompt="none", max_age=10_000)  # the library checks auth_time
    assert held["claims"]["auth_time"]


def test_the_tool_signs_the_resident_out(tool: MakeRelying, work: Any) -> None:
    """RP-initiated logout there, back-channel logout back, verified by the tool itself."""
    relying = tool()
    held = relying.signed_in()
    bye = f"{relying.peer.url}/bye"
    leave = {"id_token_hint": held["id_token"], "post_logout_redirect_uri": bye, "state": "s 1"}
    page = relying.browser.get(path_of(relying.peer.post("/leave", **leave)["url"]))
    assert page.response.headers["Location"] == f"{bye}?state=s+1"
    work()
    (told,) = relying.peer.get("/logouts")["logouts"]
    assert told["sub"] == held["claims"]["sub"]
    assert told["sid"] == held["claims"]["sid"]
    assert relying.status_of("/refresh")[0] == 400


def test_signing_out_of_mado_tells_the_tool(tool: MakeRelying, work: Any) -> None:
    relying = tool(id_token_alg="RS256")
    held = relying.signed_in()
    relying.browser.get("/account/security")
    relying.browser.submit("ログアウト", follow=False)
    work()
    assert [one["sid"] for one in relying.peer.get("/logouts")["logouts"]] == [
        held["claims"]["sid"]
    ]

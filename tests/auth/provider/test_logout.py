"""Attack case 32 and the OpenID Foundation's logout lists."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from flask import Flask
from sqlalchemy import text
from urllib3 import Timeout

from auth.provider import backchannel, clients
from auth.provider.clients import BadClient
from portal.core.db import read, transaction
from tests.auth.people import actions
from tests.auth.provider.tools import ISSUER, Tool, add_tool, body_of
from tests.browser import Browser, Page

BYE = "https://tool.mado.example/bye"


class Listener:
    """A tool's server that waits for logout tokens."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status, self.location = 200, ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append({k: v[0] for k, v in parse_qs(body.decode()).items()})
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/logout"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    found.thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def leaving(app: Flask, listener: Listener) -> Tool:
    """A tool with addresses for signing out."""
    return add_tool(app, post_logout_uris=[BYE], backchannel_logout_uri=listener.url)


def leave(browser: Browser, **params: str) -> Page:
    """The tool sends the browser to sign out."""
    return browser.get(f"/oauth/logout?{urlencode(params)}")


def is_signed_in(browser: Browser) -> bool:
    """Whether My Page opens."""
    return browser.get("/account/security").path == "/account/security"


def at(page: Page) -> str:
    """Where the browser is sent outside."""
    return str(page.response.headers.get("Location", ""))


def test_a_good_hint_signs_out_at_once_and_goes_on(leaving: Tool, momiji: Browser) -> None:
    hint = leaving.tokens(momiji)["id_token"]
    page = leave(momiji, id_token_hint=hint, post_logout_redirect_uri=BYE, state="s t")
    assert at(page) == f"{BYE}?state=s+t"
    assert not is_signed_in(momiji)


def test_without_state(leaving: Tool, momiji: Browser) -> None:
    hint = leaving.tokens(momiji)["id_token"]
    assert at(leave(momiji, id_token_hint=hint, post_logout_redirect_uri=BYE)) == BYE


@pytest.mark.parametrize("uri", [BYE + "/x", BYE + "?a=b", "https://evil.example", None])
def test_an_address_that_is_not_registered_is_never_gone_to(
    leaving: Tool, momiji: Browser, uri: str | None
) -> None:
    hint = leaving.tokens(momiji)["id_token"]
    params = {"id_token_hint": hint} | ({"post_logout_redirect_uri": uri} if uri else {})
    page = leave(momiji, **params)
    assert page.path == "/oauth/logout/done" and not at(page)


@pytest.mark.parametrize("kind", ["none", "modified", "garbage", "client_only"])
def test_without_a_good_hint_the_resident_is_asked(
    leaving: Tool, momiji: Browser, kind: str
) -> None:
    token = leaving.tokens(momiji)["id_token"]
    params = {
        "none": {},
        "modified": {"id_token_hint": token[:-6] + "AAAAAA"},
        "garbage": {"id_token_hint": "x"},
        "client_only": {"client_id": leaving.client_id},
    }[kind]
    page = leave(momiji, **params, post_logout_redirect_uri=BYE, state="s")
    assert page.status == 200 and page.path == "/oauth/logout"
    assert is_signed_in(momiji)
    leave(momiji, **params, post_logout_redirect_uri=BYE, state="s")
    page = momiji.submit("ログアウト")
    assert at(page) == (f"{BYE}?state=s" if kind == "client_only" else "")
    assert not is_signed_in(momiji)


def test_an_image_on_another_site_signs_nobody_out(leaving: Tool, momiji: Browser) -> None:
    """Without a hint a GET changes nothing; with a POST the resident is asked too."""
    momiji.get("/oauth/logout")
    answer = momiji.client.post("/oauth/logout", base_url=ISSUER)
    assert answer.status_code == 303
    assert momiji.client.post("/oauth/logout/confirm", base_url=ISSUER).status_code == 400
    assert is_signed_in(momiji)


def test_another_residents_token_does_not_sign_this_one_out(
    app: Flask, leaving: Tool, momiji: Browser
) -> None:
    hint = leaving.tokens(momiji)["id_token"]
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE provider_subjects SET subject = 'other'"))
    assert leave(momiji, id_token_hint=hint).path == "/oauth/logout"
    assert is_signed_in(momiji)


def test_tools_are_told_of_a_sign_out(
    leaving: Tool, momiji: Browser, listener: Listener, work: Any
) -> None:
    signed = leaving.claims(leaving.tokens(momiji)["id_token"])
    momiji.get("/account/security")
    momiji.submit("ログアウト")
    work()
    told = leaving.claims(listener.got[0]["logout_token"])
    assert told["sub"] == signed["sub"] and told["sid"] == signed["sid"]
    assert told["aud"] == leaving.client_id and told["exp"] - told["iat"] <= 120
    assert told["events"] == {backchannel.EVENT: {}} and "nonce" not in told and told["jti"]
    assert len(listener.got) == 1 and "tool.sign_out_told" in actions(leaving.app)


def test_a_logout_token_is_no_hint(
    leaving: Tool, momiji: Browser, listener: Listener, work: Any
) -> None:
    leaving.tokens(momiji)
    momiji.get("/account/services")
    momiji.submit("つながりを切る")
    work()
    token = listener.got[0]["logout_token"]
    assert body_of(token)["sub"]
    assert leave(momiji, id_token_hint=token).path == "/oauth/logout"
    assert is_signed_in(momiji)


def test_a_tool_that_is_down_is_told_later_and_redirects_are_not_followed(
    leaving: Tool, momiji: Browser, listener: Listener, work: Any, app: Flask
) -> None:
    listener.status, listener.location = 307, listener.url + "-elsewhere"
    leaving.tokens(momiji)
    momiji.get("/account/services")
    momiji.submit("つながりを切る")
    work()
    assert len(listener.got) == 1 and "tool.sign_out_not_told" in actions(app)
    listener.status, listener.location = 204, ""
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE provider_logout_notices SET try_at = now()"))
    with app.app_context():
        backchannel.sweep()
    work()
    assert len(listener.got) == 2
    with app.app_context():
        backchannel.sweep()
    work()
    assert len(listener.got) == 2


@pytest.mark.parametrize(
    "uri",
    [
        "http://tool.mado.example/x",
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/x",
        "file:///etc/passwd",
    ],
)
def test_a_city_in_public_calls_nobody_inside(app: Flask, uri: str) -> None:
    settings = app.extensions["mado.settings"]
    public = settings.model_copy(update={"PUBLIC_URL": "https://mado.example"})
    app.extensions["mado.settings"] = public
    with app.app_context(), transaction() as session, pytest.raises(BadClient):
        clients.add(
            session,
            name="x",
            redirect_uris=[BYE],
            auth_method="none",
            scopes=["openid"],
            backchannel_logout_uri=uri,
        )
    with app.app_context(), pytest.raises(backchannel.Unsafe):
        backchannel._safe_address("localhost", 443)


def test_a_tool_that_does_not_answer_is_left_waiting(
    app: Flask, tool: Tool, momiji: Browser, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker waits for seconds only, and comes back later."""
    monkeypatch.setattr(backchannel, "PATIENCE", Timeout(total=0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/logout"
        slow = add_tool(app, backchannel_logout_uri=url)
        slow.tokens(momiji)
        momiji.get("/account/security")
        momiji.submit("ログアウト", follow=False)
        begun = time.monotonic()
        work()
        assert time.monotonic() - begun < 3
    with app.app_context():
        statement = text("SELECT tries, done_at, failed_at FROM provider_logout_notices")
        assert read().execute(statement).one() == (1, None, None)
    assert "tool.sign_out_not_told" in actions(app)

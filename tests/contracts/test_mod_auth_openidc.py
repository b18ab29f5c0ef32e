"""Our provider judged by Debian's mod_auth_openidc, the relying party city halls have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from auth.provider import clients
from portal.core.db import transaction
from tests.auth.people import path_of
from tests.auth.provider.tools import add_resident, press, sign_in
from tests.browser import Browser
from tests.contracts.apache import Apache, visitor
from tests.contracts.conftest import ServedPortal

MOMIJI = "momiji@home.example"


@dataclass
class Tool:
    """Apache, and Momiji's browser: at the tool (`there`) and at Mado (`here`)."""

    apache: Apache
    there: requests.Session
    here: Browser

    def get(self, path: str, by: requests.Session | None = None) -> requests.Response:
        """A page of the tool; redirects are looked at, not followed."""
        url = path if path.startswith("http") else self.apache.url + path
        return (by or self.there).get(url, allow_redirects=False, timeout=20)

    def way_back(self) -> str:
        """Asked for a page inside, sent over, allowed; the callback's address."""
        asked = self.get("/inside/")
        assert asked.status_code == 302, (asked.status_code, self.apache.said())
        page = self.here.get(path_of(asked.headers["Location"]))
        if page.response.status_code == 200:
            page = press(self.here, "allow")
        location = str(page.response.headers.get("Location", ""))
        assert location.startswith(self.apache.callback), (page.status, location)
        return location

    def sign_in(self) -> str:
        """The whole way; the callback's address."""
        back = self.way_back()
        answer = self.get(back)
        assert answer.status_code == 302, (answer.status_code, self.apache.said())
        assert urlsplit(answer.headers["Location"]).path == "/inside/"
        return back

    def told(self) -> dict[str, Any]:
        """What the tool knows of who is signed in."""
        return dict(self.get("/inside/callback?info=json").json())

    def is_inside(self) -> bool:
        """Whether the protected page opens."""
        return self.get("/inside/").status_code == 200


@pytest.fixture
def apache() -> Iterator[Apache]:
    server = Apache()
    yield server
    server.stop()


@pytest.fixture(params=[("client_secret_basic", "ES256"), ("client_secret_post", "RS256")])
def tool(
    request: pytest.FixtureRequest,
    app: Flask,
    served: ServedPortal,
    apache: Apache,
    browser: Browser,
) -> Iterator[Tool]:
    way, alg = request.param
    with app.app_context(), transaction() as session:
        client, secret = clients.add(
            session,
            name="施設の予約",
            auth_method=way,
            redirect_uris=[apache.callback],
            post_logout_uris=[f"{apache.url}/"],
            backchannel_logout_uri=apache.backchannel,
            scopes=["openid", "email"],
            id_token_alg=alg,
        )
        client_id = client.client_id
    assert secret
    apache.start(served.url, client_id, secret, way, alg)
    sign_in(browser, app, MOMIJI, add_resident(app, MOMIJI))
    with visitor() as there:
        yield Tool(apache, there, browser)


def test_the_way_in_and_out(tool: Tool, work: Any) -> None:
    """Sign-in, the protected page, the tool's own sign-out through ours, and the knock back."""
    tool.sign_in()
    assert tool.get("/inside/").text == "residents only"
    assert tool.told()["userinfo"]["email"] == MOMIJI
    assert tool.told()["id_token"]["acr"] == "aal2"
    leaving = tool.get(f"/inside/callback?logout={tool.apache.url}/")
    page = tool.here.get(path_of(leaving.headers["Location"]))
    assert page.response.headers["Location"].split("?")[0] == f"{tool.apache.url}/"
    assert not tool.is_inside()
    work()


def test_signing_out_of_mado_ends_the_session_there(tool: Tool, work: Any) -> None:
    tool.sign_in()
    assert tool.is_inside()
    tool.here.get("/account/security")
    tool.here.submit("ログアウト", follow=False)
    work()
    assert not tool.is_inside(), tool.apache.said()


def test_a_callback_does_not_work_twice(tool: Tool) -> None:
    back = tool.sign_in()
    tool.there.cookies.clear()  # with its session it would only lead on to the page
    assert tool.get(back).status_code == 400
    assert not tool.is_inside()


def test_a_callback_in_another_browser_is_refused(tool: Tool) -> None:
    back = tool.way_back()
    with visitor() as other:
        assert tool.get(back, by=other).status_code == 400
        assert tool.get("/inside/", by=other).status_code == 302

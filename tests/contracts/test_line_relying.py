"""Our LINE sign-in against oidc-provider playing LINE."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.settings import Settings
from tests.auth import people
from tests.browser import Browser
from tests.contracts.conftest import MakePeer, ServedPortal
from tests.contracts.leaving import Leaving
from tests.contracts.peers import Peer

SAKURA = "U" + "1" * 32
CHANNEL, SECRET = "1000000001", "channel-secret-for-contract-tests"


@pytest.fixture
def line(node_peer: MakePeer, port: ServedPortal) -> Peer:
    callback = f"{port.url}/sign-in/line/callback"
    return node_peer("line", CHANNEL=CHANNEL, SECRET=SECRET, CALLBACK=callback)


@pytest.fixture
def settings(settings: Settings, line: Peer) -> Settings:
    names = ("LINE_AUTHORIZE_URL", "LINE_API_URL")
    channel = {"LINE_LOGIN_CHANNEL_ID": CHANNEL, "LINE_LOGIN_CHANNEL_SECRET": SECRET}
    return settings.model_copy(update=dict.fromkeys(names, line.url) | channel)


def test_line_signs_in(app: Flask, browser: Browser, line: Peer) -> None:
    leaving = Leaving(browser, line)
    leaving.will_be(SAKURA, amr=["linesso"])
    browser.get("/sign-in")
    page = leaving.through("LINE")
    assert page.path == "/sign-in/set-up"
    asked = line.get("/asked")
    assert asked["code_challenge_method"] == "S256"
    assert asked["max_age"] == str(12 * 3600)


def test_a_line_that_says_no_is_a_clear_page(app: Flask, browser: Browser, line: Peer) -> None:
    leaving = Leaving(browser, line)
    leaving.will_be(SAKURA, refuses=True)
    browser.get("/sign-in")
    page = leaving.through("LINE")
    assert "LINEでのログインをやめました" in page.heading


def test_a_code_of_another_sign_in_is_stopped_by_pkce(
    app: Flask, browser: Browser, line: Peer
) -> None:
    thief, victim = Leaving(browser, line), Leaving(Browser(app, browser.base), line)
    victim.will_be(SAKURA)
    victim.browser.get("/sign-in")
    stolen = victim.press("LINE").partition("code=")[2].partition("&")[0]
    browser.get("/sign-in")
    own = thief.press("LINE")
    code = own.partition("code=")[2].partition("&")[0]
    page = browser.get(people.path_of(own.replace(code, stolen)))
    assert page.status == 400
    assert "sign_in.first_proven" not in people.actions(app)


def test_an_id_of_another_kind_is_refused(app: Flask, browser: Browser, line: Peer) -> None:
    leaving = Leaving(browser, line)
    leaving.will_be("sakura@home.example")
    browser.get("/sign-in")
    assert leaving.through("LINE").status == 400

"""The page behind a tap inside LINE: where it leads, what it may load, what stays without LIFF."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from flask import Flask

from notifications.notices import letters
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.conftest import HOST, MOMIJI
from tests.auth.devices.conftest import LIFF_ID
from tests.auth.devices.phone import Phone
from tests.auth.people import LinePhone
from tests.browser import Browser


def test_a_tap_leads_through_the_second_step_to_the_page(app: Flask, phone: Phone) -> None:
    page = phone.tap("/inbox?from=menu")
    assert page.path == "/sign-in/second-step"
    assert people.signed_in(app) == 0
    page = phone.second_step(remember=False, follow=False)
    assert people.session_of(app) == ("aal1", ["line", "email", "mfa"])


def test_somebody_new_is_registered(app: Flask, browser: Browser, phone: Phone) -> None:
    page = phone.hand_over(phone.token(MOMIJI))
    assert page.path == "/sign-in/set-up"


def test_who_is_signed_in_goes_straight_on(phone: Phone) -> None:
    phone.sign_in(remember=False)
    for address, path in (
        ("/line/inbox", "/inbox"),
        ("/line?liff.state=" + quote("/family", safe=""), "/family"),
        ("/line?to=/account/profile", "/account/profile"),
        ("/line", "/my"),
    ):
        assert phone.browser.get(address).path == path


def test_pages_for_everybody_ask_nobody(browser: Browser) -> None:
    assert browser.get("/line/search?q=x").path == "/search"
    assert browser.get("/line/nowhere/at/all").status == 404


EVIL = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\tevil.example",
    "javascript:alert(1)",
    "//a@evil.example",
]


@pytest.mark.parametrize("target", EVIL)
def test_no_way_leads_elsewhere(phone: Phone, target: str) -> None:
    """Attack case 10, by `to`, by liff.state, by the path and by the form."""
    places = [f"/line?to={quote(target)}", f"/line?liff.state={quote(target)}"]
    places.append("/line/" + quote(target.lstrip("/"), safe=":@"))
    for place in places:
        page = phone.browser.get(place, follow=False)
        location = page.response.headers.get("Location", "/")
        assert urlsplit(location).netloc in {"", "localhost:8000"}
        assert not location.startswith(("//", "/\\"))
        hidden = [e for e in page.root.all("input") if e.attributes.get("name") == "next"]
        assert all(e.attributes["value"].startswith("/") for e in hidden)
        assert not any(e.attributes["value"][1:2] in {"/", "\\"} for e in hidden)


def test_lines_script_may_run_on_this_page_only(app: Flask, browser: Browser) -> None:
    settings: Settings = app.extensions["mado.settings"]
    origin = settings.LIFF_SDK_URL.removesuffix("/liff/edge/2/sdk.js")
    entry = browser.get("/line/my")
    policy = entry.response.headers["Content-Security-Policy"]
    assert f"script-src 'self' {origin};" in policy
    assert f"connect-src 'self' {settings.LINE_API_URL} " in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy
    sources = [e.attributes["src"] for e in entry.root.all("script")]
    assert settings.LIFF_SDK_URL in sources
    for path in ("/", "/sign-in", "/search"):
        policy = browser.get(path).response.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy and "connect-src 'self';" in policy


def test_the_usual_buttons_are_there_without_a_script(
    app: Flask, phone: Phone, line: LinePhone
) -> None:
    phone.browser.get("/line/inbox")
    page = phone.browser.get(people.press_line(phone.browser, line, "LINEでログイン"))
    assert page.path == "/sign-in/second-step"


class TestWithoutLiff:
    """A city that has no LIFF app."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"LIFF_ID": ""})

    def test_taps_open_the_ordinary_pages(self, app: Flask, browser: Browser) -> None:
        page = browser.get("/line/my")
        assert page.path == "/sign-in" and "script-src 'self';" in str(page.response.headers)
        settings: Settings = app.extensions["mado.settings"]
        assert settings.line_link("/my") == f"{HOST}/my"


def test_links_in_line_are_liff_addresses_and_those_in_mails_are_not(app: Flask) -> None:
    settings: Settings = app.extensions["mado.settings"]
    assert settings.line_link("/my") == f"{settings.LIFF_URL}/{LIFF_ID}/my"
    with app.app_context():
        assert letters._inbox_url("/inbox/1?from=line", "line").startswith(settings.LIFF_URL)
        assert letters._inbox_url("/inbox/1?from=mail", "mail").startswith(f"{HOST}/inbox")


def test_taps_are_limited(phone: Phone) -> None:
    page = phone.browser.get("/line/my")
    fields = [e for e in page.root.all("input") if e.attributes.get("name") == "csrf_token"]
    form, client = {"csrf_token": fields[0].attributes["value"]}, phone.browser.client
    codes = [client.post(f"{HOST}/line", data=form).status_code for _ in range(121)]
    assert codes[0] == 400 and codes[-1] == 429


def test_a_preset_session_gains_nothing(app: Flask, phone: Phone, browser: Browser) -> None:
    """Attack 11: the session that waited for the token is another one after each step."""
    phone.browser.get("/line/my")
    preset = phone.cookie("mado_resident") or ""
    phone.tap()
    between = phone.cookie("mado_resident") or ""
    phone.second_step(remember=True, follow=False)
    assert len({preset, between, phone.cookie("mado_resident")}) == 3
    for old in (preset, between):
        thief = Browser(app, HOST)
        thief.client.set_cookie("mado_resident", old, domain="localhost")
        assert thief.get("/account/security").path == "/sign-in"

"""The card stand-in: strict, and good enough to sign in with from end to end."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from flask import Flask

from launcher import card
from launcher.addresses import Addresses
from launcher.places import Places
from portal.core.settings import Settings
from standins.processes import StandinProcess
from tests.auth import people
from tests.browser import Browser, Page

PROTOCOL = "/api/realms/main/protocol/openid-connect"
PORTAL = "http://localhost:8000"
GOOD = {
    "client_id": card.CLIENT,
    "redirect_uri": PORTAL + card.CALLBACK,
    "response_type": "code",
    "scope": "openid",
    "state": "state",
    "nonce": "nonce",
    "acr_values": "aal3 crl",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    found = Places(tmp_path_factory.mktemp("city"))
    found.make()
    return found


@pytest.fixture(scope="module")
def service(places: Places) -> Iterator[StandinProcess]:
    config = card.card_service(places, Addresses())
    with StandinProcess.card_service(places.standins, config) as process:
        yield process


@pytest.fixture(autouse=True)
def _unlocked(service: StandinProcess) -> None:
    service.post("/__standin__/unlock")


@pytest.fixture
def settings(settings: Settings, service: StandinProcess, places: Places) -> Settings:
    """Configured as `./mado run` does."""
    port = urlsplit(service.url).port
    assert port is not None
    told = card.issuers(places, Addresses(card=port))
    return settings.model_copy(update={"FEDERATION": json.dumps(told)})


class Person:
    """Holds a demo card to the phone."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False

    def opens(self, url: str) -> requests.Response:
        return self.http.get(url, allow_redirects=False, timeout=10)

    def types(self, page: requests.Response, **values: str) -> requests.Response:
        handle = re.search(r'name="request" value="([^"]+)"', page.text)
        action = re.search(r'action="([^"]+)"', page.text)
        assert handle and action, page.text
        data = {"request": html.unescape(handle[1]), "decision": "allow"} | values
        base = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        return self.http.post(base + action[1], data=data, allow_redirects=False, timeout=10)


def hold(browser: Browser, button: str, card_id: str = "sakura", pin: str = "1234") -> Page:
    """Press a button, hold the card, come back."""
    person = Person()
    page = browser.submit(button, follow=False)
    answer = person.types(person.opens(page.response.headers["Location"]), card=card_id, pin=pin)
    assert answer.status_code == 303, answer.text
    return browser.get(people.path_of(answer.headers["Location"]))


def test_a_resident_connects_a_demo_card_and_signs_in_with_it(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, "sakura@home.example")
    browser.get("/account/security")
    page = hold(browser, "カードをつなぐ")
    assert "まど市かわべ二丁目4番1号" in page.text
    assert browser.submit("はい").path == "/account/card"
    again = Browser(app, PORTAL)
    again.get("/sign-in")
    assert hold(again, "カードでログイン").status == 200
    assert people.session_of(app) == ("jpki", ["sc", "pin", "mfa"])


def test_a_childs_demo_card_is_not_connected(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, "sakura@home.example")
    browser.get("/account/security")
    assert hold(browser, "カードをつなぐ", "tsukushi").status == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"nonce": "x" * 256}, "invalid_request"),
        ({"state": "状"}, "invalid_request"),
        ({"scope": "name"}, "invalid_scope"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"acr_values": "aal2"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_request_that_does_not_hold_is_refused(
    service: StandinProcess, change: dict[str, Any], error: str
) -> None:
    asked = {name: value for name, value in (GOOD | change).items() if value is not None}
    answer = Person().opens(f"{service.url}{PROTOCOL}/auth?{urlencode(asked)}")
    assert f"error={error}" in answer.headers["Location"]


@pytest.mark.parametrize("change", [{"client_id": "x"}, {"redirect_uri": f"{PORTAL}/x"}])
def test_nobody_unknown_is_redirected_to(service: StandinProcess, change: dict[str, str]) -> None:
    answer = Person().opens(f"{service.url}{PROTOCOL}/auth?{urlencode(GOOD | change)}")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_wrong_pin_three_times_locks_the_card(service: StandinProcess) -> None:
    person = Person()
    page = person.opens(f"{service.url}{PROTOCOL}/auth?{urlencode(GOOD)}")
    for _ in range(3):
        assert "ちがいます" in person.types(page, card="keyaki", pin="0000").text
    assert "使えなくなりました" in person.types(page, card="keyaki", pin="1234").text


def test_a_revoked_card_is_refused_where_crl_is_asked(service: StandinProcess) -> None:
    person = Person()
    page = person.opens(f"{service.url}{PROTOCOL}/auth?{urlencode(GOOD)}")
    assert "失効" in person.types(page, card="kaede", pin="1234").text


def test_without_the_clients_key_nothing_is_told(service: StandinProcess) -> None:
    person = Person()
    page = person.opens(f"{service.url}{PROTOCOL}/auth?{urlencode(GOOD)}")
    back = person.types(page, card="sakura", pin="1234").headers["Location"]
    code = back.partition("code=")[2].partition("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "client_id": card.CLIENT}
    asked = person.http.post(f"{service.url}{PROTOCOL}/token", data=form, timeout=10)
    assert (asked.status_code, asked.json()["error"]) == (401, "invalid_client")
    asked = person.http.post(f"{service.url}{PROTOCOL}/token", data={}, timeout=10)
    assert asked.json()["error_description"] == "Missing form parameter: grant_type"
    told = person.http.get(f"{service.url}{PROTOCOL}/userinfo", timeout=10)
    assert told.status_code == 401


def test_the_key_and_the_issuers_file_are_the_owners_alone(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.make()
    card.write(places, Addresses())
    key = (places.secrets / "CARD_KEY.pem").read_bytes()
    card.write(places, Addresses())
    assert (places.secrets / "CARD_KEY.pem").read_bytes() == key
    for file in (places.secrets / "CARD_KEY.pem", card.issuers_file(places)):
        assert file.stat().st_mode & 0o077 == 0

"""Codes asked for too often: limits by time, address and network."""

from __future__ import annotations

import pytest
from flask import Flask

from auth import signing_in
from auth.errors import TooManyTries
from auth.flows import Flow
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import HOST, MAIL
from tests.auth.people import at_once, begun_by_mail
from tests.browser import Browser


def test_a_code_is_sent_again_only_after_a_minute(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    page = browser.submit("新しい番号を送る")
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 60
    browser.get("/sign-in/email/code")
    assert browser.submit(code=code).path == "/sign-in/set-up"  # the first one still works


def test_an_address_gets_five_codes_an_hour(app: Flask) -> None:
    for _ in range(5):
        begun_by_mail(Browser(app, HOST), app, MAIL)
    browser = Browser(app, HOST)
    browser.get("/sign-in/email")
    page = browser.submit(email=MAIL)
    assert page.status == 429
    assert 3000 < int(page.response.headers["Retry-After"]) <= 3601
    assert len(people.sent_codes(app, MAIL)) == 5
    assert "sign_in.limited" in people.actions(app)


def test_a_network_gets_twenty_codes_an_hour(ctx: Flask) -> None:
    def ask(n: int, network: str) -> None:
        with transaction() as session:
            flow = Flow(purpose="sign_in")
            session.add(flow)
            session.flush()
            signing_in.send_first(session, flow, f"a{n}@home.example", network)

    for n in range(20):
        ask(n, "203.0.113.0/24")
    with pytest.raises(TooManyTries) as caught:
        ask(20, "203.0.113.0/24")
    assert caught.value.why == "network"
    ask(20, "198.51.100.0/24")


def test_parallel_requests_do_not_pass_the_limit(app: Flask) -> None:
    sent: list[bool] = []

    def ask() -> None:
        try:
            with transaction() as session:
                flow = Flow(purpose="sign_in")
                session.add(flow)
                session.flush()
                signing_in.send_first(session, flow, MAIL, None)
            sent.append(True)
        except TooManyTries:
            sent.append(False)

    at_once(app, 9, ask)
    assert sorted(sent) == [False] * 4 + [True] * 5

"""Skipping steps, fixing sessions, replaying what a person holds, leading away."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.auth import people
from tests.auth.conftest import HOST, MAIL
from tests.auth.people import LinePhone, begun_by_mail, signed_in
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST


@pytest.mark.parametrize(
    "path",
    [
        "/my",
        "/welcome",
        "/account/security",
        "/account/email",
        "/account/authenticator",
        "/account/recovery-codes",
    ],
)
def test_the_second_step_can_not_be_skipped(
    app: Flask, browser: Browser, line: LinePhone, path: str
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    page = people.first_by_line(browser, line)
    assert page.path == "/sign-in/second-step"
    assert browser.get(path).path == "/sign-in"
    assert browser.get("/sign-in/terms").status == 409
    assert browser.get("/sign-in/set-up").status == 409
    assert signed_in(app) == 0


def test_a_second_step_the_account_does_not_have_is_refused(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    assert browser.get("/sign-in/second-step/totp").status == 404
    assert browser.get("/sign-in/second-step/line").status == 404


def test_each_step_gives_a_new_session_and_ends_the_old_one(app: Flask, browser: Browser) -> None:
    browser.client.set_cookie("mado_resident", "chosen-by-an-attacker", domain="localhost")
    seen = []

    def cookie() -> str:
        found = browser.client.get_cookie("mado_resident")
        assert found is not None
        return found.value

    code = begun_by_mail(browser, app, MAIL)
    seen.append(cookie())
    browser.submit(code=code)
    seen.append(cookie())
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    browser.submit(code=people.app_code(secret))
    seen.append(cookie())
    browser.submit(agree="y")
    seen.append(cookie())
    assert len(set(seen)) == 4
    assert "chosen-by-an-attacker" not in seen
    for old in seen[:-1]:
        thief = Browser(app, HOST)
        thief.client.set_cookie("mado_resident", old, domain="localhost")
        assert thief.get("/account/security").path == "/sign-in"


def test_an_app_code_is_used_once(app: Flask, browser: Browser, other: Browser) -> None:
    secret, _ = people.register_by_mail(browser, app, MAIL)
    used = people.app_code(secret, 1)
    for one, right in ((browser, True), (other, False)):
        one.get("/account/security") if right else None
        if right:
            one.submit("ログアウト")
        people.first_by_mail(one, app, MAIL)
        page = one.get("/sign-in/second-step/totp")
        page = one.submit(code=used, follow=False)
        assert (page.status == 303) is right


def test_the_code_that_set_the_app_up_is_spent(app: Flask, browser: Browser) -> None:
    secret = ""
    people.first_by_mail(browser, app, MAIL)
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    used = people.app_code(secret)
    browser.submit(code=used)
    browser.submit(agree="y")
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/totp")
    assert browser.submit(code=used).errors


def test_a_recovery_code_is_used_once(app: Flask, browser: Browser) -> None:
    _, codes = people.register_by_mail(browser, app, MAIL)
    for right in (True, False):
        browser.get("/account/security")
        browser.submit("ログアウト")
        people.first_by_mail(browser, app, MAIL)
        browser.get("/sign-in/second-step/recovery")
        assert (browser.submit(code=codes[0], follow=False).status == 303) is right
        if right:
            continue


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "/%0d%0aLocation:x",
        "javascript:alert(1)",
        "//a@evil.example",
        "\\\\evil.example",
        "/\tevil.example",
    ],
)
def test_next_never_leads_away(app: Flask, browser: Browser, target: str) -> None:
    secret, _ = people.register_by_mail(browser, app, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    browser.get("/sign-in/email")
    browser.submit(email=MAIL, next=target)
    browser.submit(code=people.sent_codes(app, MAIL)[-1])
    browser.get("/sign-in/second-step/totp")
    page = browser.submit(code=people.app_code(secret, 1), follow=False)
    place = page.response.headers["Location"]
    assert urlsplit(place).netloc in {"", RESIDENT_HOST}
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))

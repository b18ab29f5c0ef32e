"""Stories: two residents register and come back, each by the own way."""

from __future__ import annotations

from flask import Flask

from auth.identities import Addresses, addresses_of, resident_of_line
from portal.core.db import read
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.people import LinePhone
from tests.browser import Browser


def test_sakura_registers_with_line_and_a_mail_address(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    browser.get("/sign-in?next=/account/security")
    page = browser.get(people.press_line(browser, line))
    assert page.path == "/sign-in/set-up"
    browser.get(page.link("メールアドレスを使う"))
    browser.submit(email="sakura@home.example")
    page = browser.submit(code=people.sent_codes(app, "sakura@home.example")[-1])
    assert page.path == "/sign-in/terms"
    with app.app_context():
        assert resident_of_line(SAKURA) is None  # no account before both steps and the terms
    page = browser.submit(agree="y")
    assert page.path == "/account/recovery-codes"
    assert len(set(people.codes_on(page))) == 10
    page = browser.submit("保管しました")
    assert page.path == "/welcome"
    with app.app_context():
        resident = resident_of_line(SAKURA)
        assert resident is not None
        assert addresses_of(read(), [resident]) == {
            resident: Addresses(line=SAKURA, email="sakura@home.example")
        }
    assert browser.get("/account/recovery-codes").path == "/account/security"

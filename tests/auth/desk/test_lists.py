"""The printed code list: given at the counter, asked for in order, good once."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.auth import people
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.browser import Browser


def test_a_clerk_prints_a_list_and_it_is_the_second_step(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    desk = counter.clerk(app, 1)
    page = counter.finds(desk, "list", email=MAIL)
    assert "さ••" in page.text and MAIL not in page.html
    desk.get("/staff/assist/list")
    page = desk.submit(seen="licence", **counter.BIRTHDATE)
    codes = counter.list_on(page)
    assert len(set(codes)) == 20
    assert counter.list_on(desk.get("/staff/assist/paper")) == []  # shown once
    people.first_by_mail(browser, app, MAIL)
    for number in (1, 2):
        page = browser.get("/sign-in/second-step/desk-list")
        assert f"{number}番" in page.heading
        page = browser.submit(code=codes[number - 1], follow=False)
        assert page.status == 303
        assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])
        browser.get("/account/security")
        browser.submit("ログアウト")
        people.later(app, timedelta(minutes=2))
        people.first_by_mail(browser, app, MAIL)
    assert "desk_list.issued" in people.actions(app)
    assert ("mail", MAIL, "desk_list") in people.receipts(app)

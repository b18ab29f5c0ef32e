"""A way in is lost: what is left and a code on paper lead in again, and everybody hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from auth import recovery_effects
from auth.identities import Addresses
from portal.core.db import read
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.notifications.city import sign_in

NEW = "sakura@new.example"


def test_line_is_lost_and_mail_and_a_recovery_code_lead_in(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    elsewhere = sign_in(app, "resident", who)
    page = counter.by_mail(browser, app)
    assert page.path == "/sign-in/recover/paper"
    page = browser.submit(lost="line", code=codes[3])
    assert page.path == "/account/recovered"
    assert people.session_of(app) == ("aal1", ["email", "recovery", "mfa"])
    assert counter.addresses(app, who) == Addresses(email=MAIL)
    assert elsewhere.get("/account/security").path == "/sign-in"
    assert {told[:3] for told in counter.told(app)} == {
        ("mail", MAIL, "done"),
        ("line", SAKURA, "done"),
    }
    found = people.actions(app)
    for action in ("recovery.first_proven", "recovery.proven", "recovery.completed"):
        assert action in found


def test_the_mail_address_is_lost_and_line_leads_in(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    assert counter.by_line(browser, line).path == "/sign-in/recover/paper"
    page = browser.submit(lost="email", code=codes[0])
    assert page.path == "/account/recovered"
    assert counter.addresses(app, who) == Addresses(line=SAKURA)
    browser.get("/account/email")  # fresh: the new address can be set at once
    browser.submit(email=NEW)
    browser.submit(code=people.sent_codes(app, NEW)[-1])
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=NEW)


def test_a_lost_phone_takes_its_apps_with_it(app: Flask, browser: Browser) -> None:
    secret, codes = people.register_by_mail(browser, app, MAIL)
    finder = Browser(app, browser.base)
    counter.by_mail(finder, app)
    finder.submit(lost="phone", code=codes[0])
    assert browser.get("/account/security").path == "/sign-in"
    people.later(app, timedelta(minutes=2))
    people.first_by_mail(browser, app, MAIL)
    assert "認証アプリ" not in " ".join(people.buttons(browser.get("/sign-in/second-step")))
    browser.get("/sign-in/second-step/totp")
    assert browser.page is not None and browser.page.status == 404, secret


@pytest.mark.parametrize("lost", ["line", "phone"])
def test_a_desk_code_stands_in_for_the_lost_paper(app: Flask, browser: Browser, lost: str) -> None:
    who = counter.sakura(app, line=SAKURA)
    old = counter.paper_codes(app, who)
    code = counter.desk_code(app, lost)
    counter.by_mail(browser, app)
    page = browser.submit(lost="line", code=code)
    assert page.path == "/account/recovered"
    assert counter.addresses(app, who) == Addresses(email=MAIL)
    new = people.codes_on(browser.get("/account/recovery-codes"))
    assert len(new) == 10 and not set(new) & set(old)
    browser.submit("保管しました")
    again = Browser(app, browser.base)
    people.later(app, timedelta(minutes=2))
    counter.by_mail(again, app)
    page = again.submit(lost="line", code=code)  # once
    assert page.errors and counter.residents_in(app) == 1


def test_a_desk_code_with_line_replaces_the_mail_address(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    who = counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "email")
    counter.by_line(browser, line)
    assert browser.submit(lost="email", code=code).path == "/account/recovered"
    assert counter.addresses(app, who) == Addresses(line=SAKURA)


def test_where_nothing_is_left_the_new_address_waits_a_day(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "all")
    counter.by_mail(browser, app, NEW)
    page = browser.submit(lost="line", code=code)
    assert page.path == "/sign-in/recover/waiting" and counter.residents_in(app) == 0
    codes = people.codes_on(page)
    assert len(codes) == 10
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)
    heard = {told[:2] for told in counter.told(app) if told[2] == "waiting"}
    assert heard == {("mail", MAIL), ("mail", NEW), ("line", SAKURA)}
    with app.app_context():
        assert recovery_effects.take_due() == 0
    counter.pass_by(app, 24.1)
    with app.app_context():
        assert recovery_effects.take_due() == 1
        assert recovery_effects.take_due() == 0
    assert counter.addresses(app, who) == Addresses(email=NEW)
    people.later(app, timedelta(minutes=2))
    people.first_by_mail(browser, app, NEW)
    browser.get("/sign-in/second-step/recovery")
    browser.submit(code=codes[0], follow=False)
    assert people.session_of(app) == ("aal1", ["email", "recovery", "mfa"])


def test_a_new_address_that_was_taken_meanwhile_changes_nothing(
    app: Flask, browser: Browser
) -> None:
    who = counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "all")
    counter.by_mail(browser, app, NEW)
    browser.submit(lost="line", code=code)
    counter.sakura(app, email=NEW)
    counter.pass_by(app, 25)
    with app.app_context():
        assert recovery_effects.take_due() == 0
        assert recovery_effects.take_due() == 0
        state = read().execute(text("SELECT done_at FROM recovery_cases")).scalar_one()
    assert state is None
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)


def test_another_line_account_is_no_way_in(app: Flask, browser: Browser, line: LinePhone) -> None:
    codes = counter.paper_codes(app, counter.sakura(app, line=SAKURA))
    line.user_id = MOMIJI
    counter.by_line(browser, line)
    assert browser.submit(lost="email", code=codes[0]).errors
    assert counter.residents_in(app) == 0

"""Stories: two residents register and come back, each by the own way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth import consents
from auth.identities import Addresses, addresses_of, resident_of_line
from auth.registration import register_resident
from auth.staff import accounts
from portal.core.clock import today
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
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


def test_sakura_comes_back_with_line_and_a_mailed_code(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, "sakura@home.example")
    browser.get("/account/security")
    browser.submit("ログアウト")
    browser.get("/sign-in?next=/account/security")
    page = browser.get(people.press_line(browser, line))
    assert page.path == "/sign-in/second-step"
    assert "s•••@home.example" in page.text
    assert "sakura@home.example" not in page.html
    browser.submit("メールで番号を送る")
    page = browser.submit(code=people.sent_codes(app, "sakura@home.example")[-1])
    assert page.path == "/account/security"  # where she wanted to go
    assert people.session_of(app) == ("aal1", ["line", "email", "mfa"])


def test_momiji_registers_by_mail_with_an_app_and_comes_back(app: Flask, browser: Browser) -> None:
    secret, codes = people.register_by_mail(browser, app, "momiji@home.example")
    assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])
    browser.get("/account/security")
    browser.submit("ログアウト")
    page = people.first_by_mail(browser, app, "momiji@home.example")
    assert page.path == "/sign-in/second-step"
    browser.get(page.link("認証アプリを使う"))
    page = browser.submit(code=people.app_code(secret))
    assert page.errors == ["番号がちがいます。アプリに今出ている番号を入れてください。"]
    browser.submit(code=people.app_code(secret, 1), follow=False)
    assert browser.get("/account/security").path == "/account/security"
    assert len(codes) == 10


def test_a_mail_sign_up_connects_line_as_second_step(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    page = people.first_by_mail(browser, app, "kaede@home.example")
    assert page.path == "/sign-in/set-up"
    page = browser.get(people.press_line(browser, line, "LINEとつなぐ"))
    assert page.path == "/sign-in/terms"
    browser.submit(agree="y")
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_mail(browser, app, "kaede@home.example")
    browser.submit("自分のLINEに番号を送る")
    browser.submit(code=people.sent_codes(app, SAKURA)[-1], follow=False)
    assert people.session_of(app) == ("aal1", ["email", "line", "mfa"])


def test_who_is_no_friend_of_the_city_signs_in_to_line_as_second_step(
    app: Flask, browser: Browser, line: LinePhone, line_server: Any
) -> None:
    with app.app_context(), transaction() as session:
        resident = register_resident(session, line_user_id=SAKURA, email="sakura@home.example")
        consents.agree(session, resident, "ja")
    people.first_by_mail(browser, app, "sakura@home.example")
    stranger = LinePhone(line_server.url, MOMIJI)
    page = browser.get(people.press_line(browser, stranger, "かわりにLINEにログインする"))
    assert page.status == 400  # somebody else's LINE is no second step
    assert browser.get("/account/security").path == "/sign-in"
    browser.get("/sign-in/second-step")
    callback = people.press_line(browser, line, "かわりにLINEにログインする")
    assert browser.get(callback, follow=False).status == 303
    assert people.session_of(app) == ("aal1", ["email", "line", "mfa"])


def test_a_line_only_resident_uses_an_app_and_after_loss_a_recovery_code(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.first_by_line(browser, line)
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    browser.submit(code=people.app_code(secret))
    codes = people.codes_on(browser.submit(agree="y"))
    assert people.session_of(app) == ("aal2", ["line", "otp", "mfa"])
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    page = browser.get("/sign-in/second-step")
    assert not any("番号を送る" in words for words in people.buttons(page))
    browser.get("/sign-in/second-step/recovery")
    shouted = codes[3].upper().replace("-", " ")
    browser.submit(code=shouted, follow=False)
    assert people.session_of(app) == ("aal1", ["line", "recovery", "mfa"])
    assert "残り9個" in browser.get("/account/security").text


def test_the_terms_are_asked_again_when_they_change(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = people.register_by_mail(browser, app, "ume@home.example")
    browser.get("/account/security")
    browser.submit("ログアウト")
    monkeypatch.setattr("auth.consents.TERMS_VERSION", "2099-01")
    people.first_by_mail(browser, app, "ume@home.example")
    browser.get("/sign-in/second-step/totp")
    page = browser.submit(code=people.app_code(secret, 1))
    assert page.path == "/sign-in/terms"
    assert browser.get("/account/security").path == "/sign-in"  # not signed in before agreeing
    browser.get("/sign-in/terms")
    page = browser.submit(agree=None)
    assert page.errors
    browser.submit(agree="y", follow=False)
    assert browser.get("/account/security").path == "/account/security"
    assert people.actions(app).count("consent.given") == 2


def test_a_mistyped_address_is_kept_and_told_beside_the_field(browser: Browser) -> None:
    browser.get("/sign-in/email")
    page = browser.submit(email="sakura@home")
    assert page.status == 200
    assert any("メールアドレスの形ではない" in error for error in page.errors)
    assert 'value="sakura@home"' in page.html


def test_full_width_letters_and_digits_are_understood(app: Flask, browser: Browser) -> None:
    browser.get("/sign-in/email")
    browser.submit(email=" Ｓａｋｕｒａ＠home.example ")
    code = people.sent_codes(app, "sakura@home.example")[-1]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    page = browser.submit(code=f"{wide[:3]} {wide[3:]}")
    assert page.path == "/sign-in/set-up"


def test_a_clerk_signs_in_by_mail_and_app(app: Flask, staff_browser: Browser, work: Any) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    browser = staff_browser
    page = browser.get("/staff/sign-in?next=/staff/notices")
    browser.submit(email="koho@city.example")
    work()
    browser.submit(code=people.sent_codes(app, "koho@city.example")[-1])
    page = browser.submit(code=people.app_code(secret), follow=False)
    assert page.response.headers["Location"] == "/staff/notices"
    assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])
    assert people.permissions_of(app) == ["notices.view", "notices.write"]


def test_ending_a_clerk_ends_the_sessions(app: Flask, staff_browser: Browser, work: Any) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    people.staff_signs_in(staff_browser, app, work, "koho@city.example", secret)
    with app.app_context(), transaction() as session:
        account = accounts.find(session, "koho@city.example")
        assert account is not None
        accounts.end_staff(session, account)
    assert people.permissions_of(app) is None
    assert staff_browser.get("/staff/sign-in").path == "/staff/sign-in"


def test_a_clerk_whose_last_day_is_over_is_signed_out_by_the_tick(
    app: Flask, staff_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    people.staff_signs_in(staff_browser, app, work, "koho@city.example", secret)
    with app.app_context():
        assert accounts.end_sessions_of_ended() == 0
        with transaction() as session:
            sql = text("UPDATE staff_accounts SET ends_on = :day")
            session.execute(sql, {"day": today() - timedelta(days=3)})
        assert accounts.end_sessions_of_ended() == 1
    assert people.permissions_of(app) is None

"""The security page: what may be changed, by whom, with which proof, and who is told."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.identities import Addresses, addresses_of, resident_of
from auth.registration import register_resident
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST

MAIL, NEW = "sakura@home.example", "sakura@new.example"


@pytest.fixture
def sakura(app: Flask, browser: Browser, line: LinePhone) -> Browser:
    """Sakura, registered with LINE and mail, on her security page."""
    people.register_by_line(browser, app, line, MAIL)
    browser.submit("保管しました")
    browser.get("/account/security")
    return browser


@pytest.fixture
def phone(app: Flask) -> Browser:
    return Browser(app, f"http://{RESIDENT_HOST}")


def addresses(app: Flask) -> list[Addresses]:
    with app.app_context():
        ids = read().execute(text("SELECT id FROM residents")).scalars().all()
        return list(addresses_of(read(), ids).values())


def test_the_mail_address_changes_after_the_new_one_is_proven(app: Flask, sakura: Browser) -> None:
    sakura.get("/account/email")
    sakura.submit(email=NEW)
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    page = sakura.submit(code=people.sent_codes(app, NEW)[-1])
    assert page.path == "/account/security"
    assert "変更しました" in page.root.text
    assert addresses(app) == [Addresses(line=SAKURA, email=NEW)]
    assert set(people.receipts(app)) == {("mail", NEW, "email"), ("mail", MAIL, "email")}
    with app.app_context():
        assert resident_of(read(), "email", MAIL) is None


def test_changing_the_address_signs_other_devices_out(
    app: Flask, sakura: Browser, phone: Browser, line: LinePhone
) -> None:
    people.first_by_line(phone, line)
    phone.submit("メールで番号を送る")
    phone.submit(code=people.sent_codes(app, MAIL)[-1], follow=False)
    assert phone.get("/account/security").path == "/account/security"
    sakura.get("/account/email")
    sakura.submit(email=NEW)
    sakura.submit(code=people.sent_codes(app, NEW)[-1])
    assert phone.get("/account/security").path == "/sign-in"
    assert sakura.get("/account/security").path == "/account/security"


@pytest.mark.parametrize("path", ["/account/email", "/account/authenticator"])
def test_an_old_session_must_prove_itself_before_a_change(
    app: Flask, sakura: Browser, path: str
) -> None:
    people.later(app, timedelta(minutes=6))
    page = sakura.get(path)
    assert page.path == "/sign-in/second-step"
    sakura.submit("メールで番号を送る")
    before = sakura.client.get_cookie("mado_resident")
    page = sakura.submit(code=people.sent_codes(app, MAIL)[-1])
    assert page.path == path
    assert sakura.client.get_cookie("mado_resident") != before
    assert people.session_of(app) == ("aal1", ["line", "email", "mfa"])
    assert sakura.get(path).path == path


@pytest.mark.parametrize("button", ["新しく10個作る", "別のLINEアカウントにする"])
def test_an_old_session_must_prove_itself_before_a_button(
    app: Flask, sakura: Browser, button: str
) -> None:
    people.later(app, timedelta(minutes=6))
    assert sakura.submit(button).path == "/sign-in/second-step"


def test_the_code_page_of_a_change_wants_a_signed_in_owner(
    app: Flask, sakura: Browser, phone: Browser
) -> None:
    sakura.get("/account/email")
    sakura.submit(email=NEW)
    assert phone.get("/account/email/code").path == "/sign-in"
    people.register_by_mail(phone, app, "momiji@home.example")
    assert phone.get("/account/email/code").status == 409


def test_an_address_of_somebody_else_is_not_taken_over(app: Flask, sakura: Browser) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, email=NEW)
    sakura.get("/account/email")
    sakura.submit(email=NEW)
    page = sakura.submit(code=people.sent_codes(app, NEW)[-1])
    assert page.status == 409
    assert "登録済み" in page.text
    assert Addresses(line=SAKURA, email=MAIL) in addresses(app)


def test_a_registered_address_can_not_be_the_second_step_of_a_new_line_sign_up(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, email=MAIL)
    people.first_by_line(browser, line)
    browser.get("/sign-in/set-up/email")
    browser.submit(email=MAIL)
    page = browser.submit(code=people.sent_codes(app, MAIL)[-1])
    assert page.status == 409
    assert addresses(app) == [Addresses(email=MAIL)]


def test_a_registered_line_can_not_be_connected_to_a_new_mail_sign_up(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, line_user_id=SAKURA)
    people.first_by_mail(browser, app, MAIL)
    page = browser.get(people.press_line(browser, line, "LINEとつなぐ"))
    assert page.status == 409
    assert addresses(app) == [Addresses(line=SAKURA)]


def test_another_line_account_takes_the_place_of_the_old_one(
    app: Flask, sakura: Browser, line_server: Any
) -> None:
    callback = people.press_line(sakura, LinePhone(line_server.url, MOMIJI), "別のLINE")
    assert sakura.get(callback).path == "/account/line/confirm"
    assert sakura.submit("つなぐ").path == "/account/security"
    assert addresses(app) == [Addresses(line=MOMIJI, email=MAIL)]
    told = {("mail", MAIL), ("line", SAKURA), ("line", MOMIJI)}
    assert {receipt[:2] for receipt in people.receipts(app)} == told


def test_a_line_of_somebody_else_is_not_connected(
    app: Flask, sakura: Browser, line_server: Any
) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, line_user_id=MOMIJI)
    callback = people.press_line(sakura, LinePhone(line_server.url, MOMIJI), "別のLINE")
    assert sakura.get(callback).status == 409
    assert Addresses(line=SAKURA, email=MAIL) in addresses(app)


def test_connecting_line_begun_here_can_not_end_in_another_browser(
    app: Flask, sakura: Browser, phone: Browser, line_server: Any
) -> None:
    people.register_by_mail(phone, app, "momiji@home.example")
    callback = people.press_line(sakura, LinePhone(line_server.url, MOMIJI), "別のLINE")
    assert phone.get(callback).status == 400
    assert Addresses(email="momiji@home.example") in addresses(app)


def test_an_app_is_added_and_makes_a_stronger_sign_in(app: Flask, sakura: Browser) -> None:
    secret = people.secret_on(sakura.get("/account/authenticator"))
    assert sakura.submit(code=people.wrong(people.app_code(secret))).errors
    page = sakura.submit(code=people.app_code(secret))
    assert page.path == "/account/security"
    assert "1件" in page.text
    assert people.receipts(app) == [("mail", MAIL, "totp")]
    people.later(app, timedelta(minutes=6))
    page = sakura.get("/account/email")
    sakura.get(page.link("認証アプリを使う"))
    sakura.submit(code=people.app_code(secret, 1))
    assert people.session_of(app) == ("aal2", ["line", "email", "mfa", "otp"])


def test_new_recovery_codes_kill_the_old_ones(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    old = people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    new = people.codes_on(browser.submit("新しく10個作る"))
    assert len(new) == 10
    assert not set(old) & set(new)
    assert people.receipts(app) == [("mail", MAIL, "recovery")]
    browser.submit("保管しました")
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    browser.get("/sign-in/second-step/recovery")
    assert browser.submit(code=old[0]).errors
    assert browser.submit(code=new[0], follow=False).status == 303


def test_recovery_codes_are_in_no_table_in_clear(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    codes = people.register_by_line(browser, app, line, MAIL)
    with app.app_context():
        for table in ("sessions", "recovery_codes", "audit_entries", "sign_in_flows"):
            rows = read().execute(text(f"SELECT row_to_json(t)::text FROM {table} t")).scalars()
            words = " ".join(rows)
            assert not any(code in words for code in codes)
            assert MAIL not in words
            assert SAKURA not in words


def test_sessions_are_listed_and_ended_one_by_one(
    app: Flask, sakura: Browser, phone: Browser, line: LinePhone
) -> None:
    people.first_by_line(phone, line)
    phone.submit("メールで番号を送る")
    phone.submit(code=people.sent_codes(app, MAIL)[-1], follow=False)
    page = sakura.get("/account/security")
    assert "ログイン中の端末 2" in page.text
    sakura.submit("この端末をログアウト")
    assert phone.get("/account/security").path == "/sign-in"
    assert sakura.get("/account/security").path == "/account/security"


def test_all_other_sessions_are_ended_at_once(
    app: Flask, sakura: Browser, phone: Browser, line: LinePhone
) -> None:
    people.first_by_line(phone, line)
    phone.submit("メールで番号を送る")
    phone.submit(code=people.sent_codes(app, MAIL)[-1], follow=False)
    sakura.get("/account/security")
    sakura.submit("ほかの端末をすべてログアウト")
    assert phone.get("/account/security").path == "/sign-in"
    assert sakura.get("/account/security").path == "/account/security"


def test_a_session_of_somebody_else_can_not_be_ended(
    app: Flask, sakura: Browser, phone: Browser
) -> None:
    people.register_by_mail(phone, app, "momiji@home.example")
    cookie = phone.client.get_cookie("mado_resident")
    assert cookie is not None
    assert sakura.page is not None
    token = sakura.page.form("ログアウト").all("input")[0].attributes["value"]
    for session_id in (hashlib.sha256(cookie.value.encode()).hexdigest(), "zz"):
        answer = sakura.client.post(
            f"/account/sessions/{session_id}/end",
            base_url=f"http://{RESIDENT_HOST}",
            data={"csrf_token": token},
            headers={"Origin": f"http://{RESIDENT_HOST}"},
        )
        assert answer.headers["Location"] == "/account/security"
    assert phone.get("/account/security").path == "/account/security"


def test_a_change_begun_by_somebody_else_can_not_be_finished(
    app: Flask, sakura: Browser, phone: Browser
) -> None:
    """Even a session that names another's flow gets nothing from it."""
    people.register_by_mail(phone, app, "momiji@home.example")
    sakura.get("/account/email")
    sakura.submit(email=NEW)
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "UPDATE sessions SET data = data || jsonb_build_object('flow',"
                " (SELECT id::text FROM sign_in_flows WHERE purpose = 'email'))"
            )
        )
    assert phone.get("/account/email/code").status == 409
    assert sakura.get("/account/email/code").status == 200


def test_signing_out_ends_the_session(app: Flask, sakura: Browser) -> None:
    cookie = sakura.client.get_cookie("mado_resident")
    sakura.submit("ログアウト")
    assert sakura.get("/account/security").path == "/sign-in"
    assert cookie is not None
    sakura.client.set_cookie("mado_resident", cookie.value, domain="localhost")
    assert sakura.get("/account/security").path == "/sign-in"
    assert sakura.get("/sign-out").status == 405  # never by a link or picture

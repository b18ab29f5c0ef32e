"""Passkeys as residents use them: made, used alone and as the second step, named, removed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.db import read
from tests.auth import people
from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator, data
from tests.auth.passkeys.doing import MAIL
from tests.auth.people import LinePhone
from tests.browser import Browser

LINE_UA = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Line/16.0.0"}


def test_a_newcomer_sets_up_a_passkey(app: Flask, browser: Browser, device: Authenticator) -> None:
    people.first_by_mail(browser, app, MAIL)
    assert "パスキー（おすすめ）" in browser.get("/sign-in/set-up").text
    page = doing.press(browser, device)
    assert page.path == "/sign-in/terms"
    assert people.signed_in(app) == 0
    browser.submit(agree="y")
    assert people.session_of(app) == ("phr", ["email", "pop", "user", "mfa"])
    page = browser.get("/account/security")
    assert "パスキー 1" in page.text
    assert people.actions(app).count("passkey.added") == 1


def test_a_registration_that_is_not_finished_leaves_no_passkey(
    app: Flask, browser: Browser, other: Browser, device: Authenticator
) -> None:
    """Attack 19: what a stranger adds before the account is there dies with the flow."""
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/set-up")
    doing.press(browser, device)
    doing.sign_in(other, device)
    assert not doing.inside(other)
    assert doing.refusals(app) == ["unknown"]
    people.later(app, timedelta(hours=2))
    with app.app_context():
        from auth import flows

        flows.sweep()
    assert doing.passkeys(app) == 0


def test_a_passkey_alone_opens_the_page(app: Flask, sakura: Browser, device: Authenticator) -> None:
    assert ("mail", MAIL, "passkey") in people.receipts(app)
    doing.sign_out(sakura)
    page = doing.sign_in(sakura, device)
    assert page.path in {"/my", "/welcome"}
    assert people.session_of(app) == ("phr", ["pop", "user", "mfa"])


def test_it_goes_on_where_the_resident_wanted_to(sakura: Browser, device: Authenticator) -> None:
    doing.sign_out(sakura)
    sakura.get("/account/security")
    assert doing.press(sakura, device).path == "/account/security"


def test_a_passkey_is_the_second_step_after_a_mail(
    app: Flask, sakura: Browser, device: Authenticator
) -> None:
    doing.sign_out(sakura)
    page = people.first_by_mail(sakura, app, MAIL)
    assert page.path == "/sign-in/second-step"
    assert next(iter(people.buttons(page))) == "パスキーを使う"
    doing.press(sakura, device)
    assert people.session_of(app) == ("phr", ["email", "pop", "user", "mfa"])


def test_a_passkey_is_the_fresh_proof_before_a_change(
    app: Flask, sakura: Browser, device: Authenticator
) -> None:
    assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])
    people.later(app, timedelta(minutes=6))
    assert sakura.get("/account/email").path == "/sign-in/second-step"
    assert doing.press(sakura, device).path == "/account/email"
    assert people.session_of(app) == ("phr", ["email", "otp", "mfa", "pop", "user"])


def test_passkeys_are_listed_renamed_and_removed(
    app: Flask, sakura: Browser, device: Authenticator
) -> None:
    doing.add(sakura, Authenticator(doing.RESIDENT), "<b>いえの</b>")
    page = sakura.get("/account/security")
    assert "パスキー 2" in page.text and "わたしのスマホ" in page.text
    assert "<b>いえの</b>" in page.text  # as letters
    sakura.get(page.link("名前を変える・消す"))
    page = sakura.submit("名前を保存する", name="むかしのスマホ")
    assert "むかしのスマホ" in page.text
    with app.app_context():
        rows = read().execute(text("SELECT row_to_json(p)::text FROM passkeys p")).scalars()
        assert "むかし" not in " ".join(rows)  # names are encrypted
    sakura.get(page.link("名前を変える・消す"))
    page = sakura.submit("このパスキーを消す")
    assert "むかしのスマホ" not in page.text
    assert ("mail", MAIL, "passkey_removed") in people.receipts(app)
    doing.sign_out(sakura)
    doing.sign_in(sakura, device)
    assert not doing.inside(sakura)


def test_adding_and_removing_want_fresh_proof(
    app: Flask, sakura: Browser, device: Authenticator
) -> None:
    page = sakura.get("/account/security")
    one = page.link("名前を変える・消す")
    sakura.get("/account/passkeys/new")
    form = doing.form_of(sakura)
    people.later(app, timedelta(minutes=6))
    token = form.all("input")[0].attributes["value"]
    answer = sakura.client.post(
        form.attributes["data-options"],
        base_url=sakura.base,
        data={"csrf_token": token},
        headers={"Origin": sakura.base},
    )
    assert answer.status_code == 403
    assert sakura.get("/account/passkeys/new").path == "/sign-in/second-step"
    sakura.get(one)
    assert sakura.submit("このパスキーを消す").path == "/sign-in/second-step"
    assert doing.passkeys(app) == 1


def test_the_last_second_step_stays(app: Flask, browser: Browser, device: Authenticator) -> None:
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/set-up")
    doing.press(browser, device)
    browser.submit(agree="y")
    page = browser.get("/account/security")
    browser.get(page.link("名前を変える・消す"))
    page = browser.submit("このパスキーを消す")
    assert page.status == 409
    assert "ログインできなくなります" in page.text
    assert doing.passkeys(app) == 1


def test_a_passkey_of_somebody_else_is_not_found(
    app: Flask, sakura: Browser, other: Browser
) -> None:
    path = sakura.get("/account/security").link("名前を変える・消す")
    doing.registered(other, app, Authenticator(doing.RESIDENT), "momiji@home.example")
    assert other.get(path).status == 404
    other.get(other.get("/account/security").link("名前を変える・消す"))
    token = other.page and other.page.form("このパスキーを消す").all("input")[0].attributes["value"]
    answer = other.client.post(
        people.path_of(path) + "/removal",
        base_url=other.base,
        data={"csrf_token": token},
        headers={"Origin": other.base},
    )
    assert answer.status_code == 404
    assert doing.passkeys(app) == 2


def test_no_more_than_ten(app: Flask, sakura: Browser) -> None:
    doing.change(
        app,
        "INSERT INTO passkeys SELECT (x.p).* FROM (SELECT jsonb_populate_record("
        "  p, jsonb_build_object('id', gen_random_uuid(), 'credential_id', '\\x000' || n)"
        ") AS p FROM passkeys p, generate_series(1, 9) n) x",
    )
    sakura.get("/account/passkeys/new")
    answer = sakura.client.post(
        "/account/passkeys/options",
        base_url=sakura.base,
        data={"csrf_token": doing.form_of(sakura).all("input")[0].attributes["value"]},
        headers={"Origin": sakura.base},
    )
    assert answer.status_code == 409


def test_what_the_device_is_told(app: Flask, sakura: Browser, device: Authenticator) -> None:
    sakura.get("/account/passkeys/new")
    told = doing.options(sakura)
    assert told["rp"] == {"id": "localhost", "name": "まど市"}
    assert told["authenticatorSelection"]["userVerification"] == "required"
    assert told["authenticatorSelection"]["residentKey"] == "preferred"
    assert told["attestation"] == "none"
    assert told["user"]["name"] == MAIL
    mine = device.credentials[0]
    assert [data(one["id"]) for one in told["excludeCredentials"]] == [mine.id]
    assert data(told["user"]["id"]) == mine.user_handle  # one handle an account
    with app.app_context():
        resident = read().execute(text("SELECT id FROM residents")).scalar_one()
    assert len(mine.user_handle) == 64
    assert resident.bytes not in mine.user_handle and str(resident).encode() != mine.user_handle
    assert len(data(told["challenge"])) == 64


def test_an_unknown_visitor_is_told_of_no_account(
    app: Flask, sakura: Browser, other: Browser
) -> None:
    other.get("/sign-in")
    told = doing.options(other)
    assert not told.get("allowCredentials")
    assert told["userVerification"] == "required"
    assert told["rpId"] == "localhost"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/second-step", "/sign-in/set-up"])
def test_inside_line_nothing_leads_to_a_passkey(
    app: Flask, browser: Browser, device: Authenticator, path: str
) -> None:
    if path == "/sign-in/second-step":
        doing.registered(browser, app, device)
        doing.sign_out(browser)
    if path != "/sign-in":
        people.first_by_mail(browser, app, MAIL)
    page = browser.get(path, headers=LINE_UA)
    assert page.path == path
    assert "data-passkey=" not in page.html
    assert "パスキー" not in next(iter(people.buttons(page)))
    assert "LINEの中ではパスキーを使えません" in page.text
    page = browser.get(path)
    assert "data-passkey=" in page.html


def test_without_a_script_the_button_is_not_there(browser: Browser) -> None:
    page = browser.get("/sign-in")
    able = [one for one in page.root.all("div") if "data-passkey-able" in one.attributes]
    assert able and all("hidden" in one.attributes for one in able)
    assert "ここではパスキーを使えません" in page.text
    scripts = [one.attributes["src"] for one in page.root.all("script")]
    assert any(re.match(r"/static/js/passkey\.js\?v=[0-9a-f]{8}", one) for one in scripts)


def test_a_passkey_is_offered_once_after_the_sign_in(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.submit("保管しました")

    def comes_back(able: bool = True) -> str:
        doing.sign_out(browser)
        if able:
            browser.client.set_cookie("mado_passkeys", "1", domain="localhost")
        people.first_by_line(browser, line)
        browser.submit("メールで番号を送る")
        return browser.submit(code=people.sent_codes(app, MAIL)[-1]).path

    assert comes_back(able=False) != "/account/passkeys/offer"
    assert comes_back() == "/account/passkeys/offer"
    page = browser.page
    assert page is not None and page.link("あとで").endswith(("/my", "/welcome"))
    people.later(app, timedelta(hours=2))  # or too many codes were sent
    assert comes_back() != "/account/passkeys/offer"
    doing.change(app, "UPDATE passkey_offers SET at = at - interval '31 days'")
    people.later(app, timedelta(hours=2))
    assert comes_back() == "/account/passkeys/offer"

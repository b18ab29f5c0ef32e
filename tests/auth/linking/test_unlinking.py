"""Linking and unlinking: proof of both sides, both names, nobody locked out, everybody told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth import linking
from auth.errors import CanNotRemove
from auth.identities import Addresses
from auth.registration import register_resident
from auth.ways import Way
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
from tests.auth.linking.stories import MAIL, addresses, messages, rows
from tests.auth.people import LinePhone
from tests.browser import Browser


@pytest.fixture
def sakura(app: Flask, browser: Browser, line: LinePhone) -> Browser:
    """Sakura with LINE, mail and an app: enough to lose one of them."""
    people.register_by_line(browser, app, line, MAIL)
    browser.submit("保管しました")
    secret = people.secret_on(browser.get("/account/authenticator"))
    browser.submit(code=people.app_code(secret))
    return browser


def test_line_is_disconnected_after_a_rehearsal(app: Flask, sakura: Browser) -> None:
    page = sakura.get(sakura.get("/account/security").link("LINEを外す"))
    assert "s•••@home.example と、ここの受信箱に届きます" in page.text
    assert "1つ目の確認: メールアドレス 2つ目の確認: 認証アプリ、控えの番号 " in page.text
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    assert sakura.submit("LINEを外す").path == "/account/security"
    assert addresses(app) == [Addresses(email=MAIL)]
    told = {
        (channel, to) for channel, to, method in people.receipts(app) if method == "line_removed"
    }
    assert told == {("mail", MAIL), ("line", SAKURA)}
    assert "identity.removed" in people.actions(app)


def test_the_last_second_step_is_not_taken_away(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    for way in ("line", "email"):
        page = browser.get(f"/account/ways/{way}/removal")
        assert "先に、認証アプリかパスキーを設定してください" in page.text
        assert not [b for b in people.buttons(page) if "外す" in b]
    account = rows(app, "SELECT id FROM residents")[0].id
    with app.app_context():
        for one in (Way.LINE, Way.EMAIL):  # nor by who sends the form all the same
            with pytest.raises(CanNotRemove), transaction() as session:
                linking.remove(session, account, one)
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]


def test_two_tabs_can_not_take_away_both_ways(app: Flask, sakura: Browser) -> None:
    account = rows(app, "SELECT id FROM residents")[0].id
    ways, refused = [Way.LINE, Way.EMAIL], []

    def act() -> None:
        way = ways.pop()
        try:
            with transaction() as session:
                linking.remove(session, account, way)
        except CanNotRemove as error:
            refused.append(error.why)

    people.at_once(app, 2, act)
    assert refused == ["no_address"]
    assert len(addresses(app)) == 1


def test_an_old_session_proves_itself_before_it_disconnects(app: Flask, sakura: Browser) -> None:
    people.later(app, timedelta(minutes=6))
    assert sakura.get("/account/ways/line/removal").path == "/sign-in/second-step"


def test_removing_the_address_leaves_a_way_back(app: Flask, sakura: Browser) -> None:
    sakura.get("/account/ways/email/removal")
    sakura.submit("メールアドレスを外す")
    assert addresses(app) == [Addresses(line=SAKURA)]
    [(to, params)] = [
        m
        for m in messages(app, "auth_new_method")
        if m[1]["method"] == "email_removed" and "undo_url" in m[1]
    ]
    assert to == MAIL
    page = sakura.get(people.path_of(params["undo_url"]))
    assert addresses(app) == [Addresses(line=SAKURA)]  # looking changes nothing
    assert page.heading == "あなたではありませんか"
    sakura.submit("元に戻す")
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]


def test_nothing_is_linked_before_both_names_were_seen(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    """Attack 23: LINE's answer alone links nothing."""
    people.register_by_mail(browser, app, MAIL)
    browser.get("/account/security")
    page = browser.get(people.press_line(browser, line, "LINEとつなぐ"))
    assert page.path == "/account/line/confirm"
    assert "さくら" in page.text
    assert "s•••@home.example" in page.text
    assert addresses(app) == [Addresses(email=MAIL)]
    browser.submit("つなぐ")
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]


def test_the_proof_of_line_gets_old(app: Flask, browser: Browser, line: LinePhone) -> None:
    people.register_by_mail(browser, app, MAIL)
    browser.get("/account/security")
    browser.get(people.press_line(browser, line, "LINEとつなぐ"))
    with app.app_context(), transaction() as session:
        old = "UPDATE sign_in_flows SET line_proven_at = now() - interval '6 minutes'"
        session.execute(text(old))
    assert browser.get("/account/line/confirm").status == 409
    assert addresses(app) == [Addresses(email=MAIL)]


def test_a_line_taken_between_proof_and_yes_is_not_linked_twice(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_mail(browser, app, MAIL)
    browser.get("/account/security")
    browser.get(people.press_line(browser, line, "LINEとつなぐ"))
    with app.app_context(), transaction() as session:
        register_resident(session, line_user_id=SAKURA)
    assert browser.submit("つなぐ").status == 409
    assert sorted(addresses(app), key=str) == sorted(
        [Addresses(email=MAIL), Addresses(line=SAKURA)], key=str
    )


def test_the_line_of_the_victim_does_not_come_to_the_attackers_account(
    app: Flask, browser: Browser, other: Browser, line: LinePhone, line_server: Any
) -> None:
    """Attack 23: the attacker's link, opened by the victim's LINE and browser, links nothing."""
    people.register_by_mail(browser, app, "attacker@home.example")
    browser.get("/account/security")
    page = browser.submit("LINEとつなぐ", follow=False)
    callback = LinePhone(line_server.url, MOMIJI).answer(page.response.headers["Location"])
    assert other.get(callback).status == 400
    assert addresses(app) == [Addresses(email="attacker@home.example")]


def test_half_done_changes_die_with_the_way_that_goes(app: Flask, sakura: Browser) -> None:
    sakura.get("/account/email")
    sakura.submit(email="sakura@new.example")
    account = rows(app, "SELECT id FROM residents")[0].id
    with app.app_context(), transaction() as session:
        linking.remove(session, account, Way.LINE)
    assert sakura.get("/account/email/code").status == 409


def test_the_answer_of_line_belongs_to_who_asked(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    """Even a session with all of another's session in it gets nothing from LINE's answer."""
    people.register_by_mail(browser, app, MAIL)
    people.register_by_mail(other, app, "momiji@home.example")
    browser.get("/account/security")
    callback = people.press_line(browser, line, "LINEとつなぐ")
    with app.app_context(), transaction() as session:
        begun = "(SELECT data FROM sessions WHERE data ? 'line_begun')"
        session.execute(text(f"UPDATE sessions SET data = {begun}"))
    assert other.get(callback, follow=False).status == 409

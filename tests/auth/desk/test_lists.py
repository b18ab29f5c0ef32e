"""The printed code list: given at the counter, asked for in order, good once."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from auth import identities
from auth.desk import lists
from portal.core.db import read, transaction
from portal.core.ids import new_id
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.browser import Browser
from tests.notifications.city import sign_in


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


def sheets(app: Flask) -> list[tuple[int, list[str]]]:
    with app.app_context():
        rows = read().execute(text("SELECT asked, hashes FROM desk_lists"))
        return [(row.asked, list(row.hashes)) for row in rows]


def test_codes_are_asked_in_order_and_once(app: Flask, browser: Browser) -> None:
    codes = counter.printed(app, counter.sakura(app))
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/desk-list")
    assert browser.submit(code=codes[4]).errors  # not its turn
    full_width = codes[0].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert browser.submit(code=full_width, follow=False).status == 303
    assert counter.residents_in(app) == 1
    thief = Browser(app, browser.base)
    people.later(app, timedelta(minutes=2))
    people.first_by_mail(thief, app, MAIL)
    thief.get("/sign-in/second-step/desk-list")
    assert thief.submit(code=codes[0]).errors
    assert counter.residents_in(app) == 1


def test_guessing_the_list_is_stopped(app: Flask, browser: Browser) -> None:
    codes = counter.printed(app, counter.sakura(app))
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/desk-list")
    wrong = f"{(int(codes[0].replace(' ', '')) + 1) % 10**8:08d}"
    for _ in range(10):
        browser.submit(code=wrong)
    page = browser.submit(code=codes[0])
    assert page.status == 429 and "Retry-After" in page.response.headers
    assert counter.residents_in(app) == 0


def test_only_hashes_are_kept(app: Flask) -> None:
    codes = counter.printed(app, counter.sakura(app))
    kept = str(sheets(app))
    assert not [code for code in codes if code in kept or code.replace(" ", "") in kept]


def test_one_code_at_once_wins_once(app: Flask) -> None:
    who = counter.sakura(app)
    code = counter.printed(app, who)[0]
    assert counter.meanwhile(app, lambda db: lists.use(db, who, code)) == [True, False]


def test_a_new_list_kills_the_old_one(app: Flask) -> None:
    who = counter.sakura(app)
    old = counter.printed(app, who)
    new = counter.printed(app, who)
    assert len(sheets(app)) == 1
    with app.app_context(), transaction() as session:
        assert not lists.use(session, who, old[0]) or old[0] == new[0]
        assert lists.use(session, who, new[0])


def test_a_list_ends_and_says_so_before(app: Flask) -> None:
    who = counter.sakura(app)
    codes = counter.printed(app, who)
    resident = sign_in(app, "resident", who)
    assert "残りがわずか" not in resident.get("/account/security").text
    with app.app_context(), transaction() as session:
        assert all(lists.use(session, who, code) for code in codes[:18])
    assert "残りがわずか" in resident.get("/account/security").text
    with app.app_context(), transaction() as session:
        assert all(lists.use(session, who, code) for code in codes[18:])
        assert lists.of(session, who) is None
        assert not lists.use(session, who, codes[-1])


def test_a_new_resident_registers_with_a_list(app: Flask, browser: Browser) -> None:
    desk = counter.clerk(app, 1)
    desk.get("/staff/assist/new-list")
    page = desk.submit(seen="two")
    codes, activation = counter.list_on(page), counter.activation_on(page)
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/set-up/desk-list")
    assert browser.submit(activation=activation, code=codes[1]).errors
    assert browser.submit(activation="0000000000", code=codes[0]).errors
    assert browser.submit(activation=activation, code=codes[0]).path == "/sign-in/terms"
    assert sheets(app)[0][0] == 1  # nothing is spent before there is an account
    browser.submit(agree="y")
    assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])
    assert sheets(app)[0][0] == 2
    thief = Browser(app, browser.base)
    people.first_by_mail(thief, app, "thief@evil.example")
    thief.get("/sign-in/set-up/desk-list")
    assert thief.submit(activation=activation, code=codes[1]).errors


def test_of_two_sign_ups_with_one_list_one_gets_it(
    app: Flask, browser: Browser, other: Browser
) -> None:
    with app.app_context(), transaction() as session:
        sheet = lists.issue_for_sign_up(session, new_id())
    for visitor, address in ((browser, MAIL), (other, "momiji@home.example")):
        people.first_by_mail(visitor, app, address)
        visitor.get("/sign-in/set-up/desk-list")
        visitor.submit(activation=sheet.activation, code=sheet.codes[0])
    assert browser.submit(agree="y").status == 409
    other.submit(agree="y")
    assert counter.residents_in(app) == 1


def test_a_waiting_list_is_over_after_two_weeks(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction() as session:
        sheet = lists.issue_for_sign_up(session, new_id())
        session.execute(text("UPDATE desk_lists SET created_at = now() - interval '15 days'"))
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/set-up/desk-list")
    assert browser.submit(activation=sheet.activation, code=sheet.codes[0]).errors
    with app.app_context():
        assert lists.sweep() == 1


def test_guessing_activation_numbers_is_stopped(app: Flask, browser: Browser) -> None:
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/set-up/desk-list")
    for number in range(10):
        browser.submit(activation=f"{number:010d}", code="12345678")
    assert browser.submit(activation="0000000000", code="12345678").status == 429


def test_the_resident_removes_the_list_but_not_the_last_second_step(app: Flask) -> None:
    who = counter.sakura(app)
    counter.printed(app, who)
    resident = sign_in(app, "resident", who)
    resident.get("/account/security")
    assert resident.submit("紙の番号表を使えなくする").status == 409
    assert sheets(app)
    with app.app_context(), transaction() as session:
        identities.add(session, who, "line", SAKURA)
    resident.get("/account/security")
    people.later(app, timedelta(minutes=6))  # not fresh: proven again first, with the list itself
    assert resident.submit("紙の番号表を使えなくする").path == "/sign-in/second-step"
    resident.get("/account/security")
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE sessions SET authenticated_at = now()"))
    resident.submit("紙の番号表を使えなくする")
    assert not sheets(app)
    assert ("mail", MAIL, "desk_list_removed") in people.receipts(app)


def test_the_list_proves_again_before_a_change(app: Flask, browser: Browser) -> None:
    codes = counter.printed(app, counter.sakura(app))
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/desk-list")
    browser.submit(code=codes[0], follow=False)
    people.later(app, timedelta(minutes=6))
    assert browser.get("/account/email").path == "/sign-in/second-step"
    browser.get("/sign-in/second-step/desk-list")
    assert browser.submit(code=codes[1]).path == "/account/email"
    assert people.session_of(app) == ("aal2", ["email", "otp", "mfa"])

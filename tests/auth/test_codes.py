"""Codes: once, ten minutes, five tries, one browser, one purpose; then locks."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from auth import challenges, signing_in
from auth.challenges import Outcome
from auth.flows import Flow
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import MAIL
from tests.auth.people import LinePhone, at_once, begun_by_mail, signed_in
from tests.browser import Browser


def test_a_code_is_used_once(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    browser.submit(code=code)
    with app.app_context(), transaction() as session:
        flow = session.query(Flow).one()
        assert challenges.answer(session, flow, "first", MAIL, code) is Outcome.DEAD


def test_a_code_dies_after_ten_minutes(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    people.later(app, timedelta(minutes=10, seconds=1))
    page = browser.submit(code=code)
    assert any("もう使えません" in error for error in page.errors)
    assert browser.get("/sign-in/set-up").status == 409


def test_a_code_dies_after_five_wrong_tries(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    for _ in range(5):
        assert browser.submit(code=people.wrong(code)).errors
    page = browser.submit(code=code)
    assert any("もう使えません" in error for error in page.errors)


def test_a_new_code_kills_the_one_before(app: Flask, browser: Browser) -> None:
    old = begun_by_mail(browser, app, MAIL)
    people.later(app, timedelta(seconds=61))
    browser.submit("新しい番号を送る")
    assert len(people.sent_codes(app, MAIL)) == 2
    if old != people.sent_codes(app, MAIL)[-1]:
        assert browser.submit(code=old).errors
    assert browser.submit(code=people.sent_codes(app, MAIL)[-1]).path == "/sign-in/set-up"


def test_a_code_is_bound_to_its_browser(app: Flask, browser: Browser, other: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    theirs = begun_by_mail(other, app, MAIL)
    if code != theirs:
        assert other.submit(code=code).errors
    assert browser.submit(code=code).path == "/sign-in/set-up"


def test_a_code_for_one_purpose_is_nothing_for_another(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.first_by_line(browser, line)
    browser.get("/sign-in/set-up/email")
    browser.submit(email=MAIL)
    code = people.sent_codes(app, MAIL)[-1]
    with app.app_context(), transaction() as session:
        flow = session.query(Flow).one()
        for purpose in ("first", "second", "change"):
            assert challenges.answer(session, flow, purpose, MAIL, code) is Outcome.DEAD
        assert challenges.answer(session, flow, "set_up", "x@home.example", code) is Outcome.DEAD
        assert challenges.answer(session, flow, "set_up", MAIL, code) is Outcome.RIGHT


def test_parallel_guesses_are_counted_in_turn(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    outcomes: list[str] = []

    def guess() -> None:
        with transaction() as session:
            flow = session.query(Flow).with_for_update().one()
            outcomes.append(signing_in.answer_first(session, flow, people.wrong(code)))

    at_once(app, 8, guess)
    assert sorted(outcomes) == [Outcome.DEAD] * 3 + [Outcome.WRONG] * 5


def test_a_right_code_sent_twice_at_once_wins_once(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app, MAIL)
    outcomes: list[str] = []

    def answer() -> None:
        with transaction() as session:
            flow = session.query(Flow).with_for_update().one()
            outcomes.append(challenges.answer(session, flow, "first", MAIL, code))

    at_once(app, 4, answer)
    assert sorted(outcomes) == [Outcome.DEAD] * 3 + [Outcome.RIGHT]


def test_guessing_over_many_codes_locks_the_address(app: Flask, browser: Browser) -> None:
    for _ in range(2):
        code = begun_by_mail(browser, app, MAIL)
        for _ in range(5):
            browser.submit(code=people.wrong(code))
    page = browser.submit(code=people.wrong(code))
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 15 * 60
    people.later(app, timedelta(minutes=15, seconds=1))
    code = begun_by_mail(browser, app, MAIL)
    assert browser.submit(code=code).path == "/sign-in/set-up"


def test_the_lock_counts_every_second_step_of_an_account_together(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    codes = people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    browser.submit("メールで番号を送る")
    for _ in range(5):
        browser.submit(code=people.wrong(people.sent_codes(app, MAIL)[-1]))
    browser.get("/sign-in/second-step/recovery")
    for _ in range(5):
        assert browser.submit(code="22222-22222-22222").errors
    page = browser.submit(code=codes[0])
    assert page.status == 429
    assert signed_in(app) == 0
    people.later(app, timedelta(minutes=15, seconds=1))
    browser.get("/sign-in/second-step/recovery")
    browser.submit(code=codes[0], follow=False)
    assert signed_in(app) == 1


def test_the_lock_of_an_account_counts_over_both_ways_in(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    codes = people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    people.first_by_mail(other, app, MAIL)
    for one in (browser, other):
        one.get("/sign-in/second-step/recovery")
        for _ in range(5):
            assert one.submit(code="22222-22222-22222").errors
    assert other.submit(code=codes[0]).status == 429
    assert signed_in(app) == 0


def test_an_outsider_who_knows_the_address_can_not_lock_the_account(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    for _ in range(2):
        code = begun_by_mail(other, app, MAIL)
        for _ in range(5):
            other.submit(code=people.wrong(code))
    assert other.submit(code="000000").status == 429
    people.first_by_line(browser, line)
    browser.submit("メールで番号を送る")
    browser.submit(code=people.sent_codes(app, MAIL)[-1], follow=False)
    assert signed_in(app) == 1

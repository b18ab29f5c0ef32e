"""Recovery is no way around the second step, tells nothing, and ends what an attacker began."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from auth import flows, recovery_cases, recovery_steps
from auth.errors import FlowOver
from auth.identities import Addresses
from auth.recovery_cases import Lost
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import MAIL
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.notifications.city import sign_in

STRANGER = "nobody@home.example"
PAPER = "abcde-23456-fghjk"


def test_the_mail_alone_leads_nowhere(app: Flask, browser: Browser) -> None:
    """Attack 16: every address of ours is tried with one half of a recovery."""
    counter.sakura(app, line=SAKURA)
    counter.by_mail(browser, app)
    for path in (
        "/my",
        "/account/security",
        "/account/recovered",
        "/account/recovery-codes",
        "/sign-in/second-step",
        "/sign-in/second-step/email",
        "/sign-in/second-step/line",
        "/sign-in/set-up",
        "/sign-in/set-up/app",
        "/sign-in/terms",
        "/sign-in/recover/waiting",
    ):
        page = browser.get(path)
        assert page.status == 409 or page.path == "/sign-in", (path, page.status)
    assert counter.residents_in(app) == 0


def test_the_second_half_needs_the_first(app: Flask, browser: Browser) -> None:
    codes = counter.paper_codes(app, counter.sakura(app, line=SAKURA))
    browser.get("/sign-in/recover/email")
    browser.submit(email=MAIL)
    assert browser.get("/sign-in/recover/paper").status == 409
    assert codes and counter.residents_in(app) == 0


@pytest.mark.parametrize("lost", ["line", "all"])
def test_a_desk_code_alone_or_with_another_address_is_nothing(
    app: Flask, browser: Browser, other: Browser, lost: str
) -> None:
    who = counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, lost)
    momiji = "momiji@home.example"
    people.register_by_mail(other, app, momiji)
    people.later(app, timedelta(minutes=2))
    thief = Browser(app, browser.base)
    counter.by_mail(thief, app, momiji)
    assert thief.submit(lost="line", code=code).errors
    if lost == "line":
        counter.by_mail(thief, app, STRANGER)
        assert thief.submit(lost="line", code=code).errors
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)
    assert counter.residents_in(app) == 1  # Momiji


def test_an_app_or_list_code_is_no_recovery_code(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app)
    printed = counter.printed(app, who)
    counter.by_mail(browser, app)
    assert browser.submit(lost="line", code=printed[0]).errors


def test_a_code_of_a_sign_in_is_worth_nothing_here(app: Flask, browser: Browser) -> None:
    """Attack 12: flow and purpose bind a code."""
    counter.sakura(app)
    code = people.begun_by_mail(browser, app, MAIL)
    thief = Browser(app, browser.base)
    people.later(app, timedelta(minutes=2))
    thief.get("/sign-in/recover/email")
    thief.submit(email=MAIL)
    if people.sent_codes(app, MAIL)[-1] != code:
        assert thief.submit(code=code).errors


def test_known_and_unknown_addresses_look_and_cost_alike(
    app: Flask, browser: Browser, count_queries: Any
) -> None:
    """Attack 14, to the last page before the right code."""
    counter.sakura(app, line=SAKURA)
    pages, costs = [], []
    for address in (MAIL, STRANGER):
        visitor = Browser(app, browser.base)
        visitor.get("/sign-in/recover/email")
        with count_queries() as statements:
            seen = [visitor.submit(email=address, follow=False)]
        costs.append(statements)
        seen += [
            visitor.get("/sign-in/recover/code"),
            visitor.submit(code=people.sent_codes(app, address)[-1], follow=False),
            visitor.get("/sign-in/recover/paper"),
            visitor.submit(lost="line", code=PAPER),
        ]
        for page in seen:
            plain = re.sub(r'(csrf_token" (type="hidden" )?value=)"[^"]*"', r"\1", page.html)
            changing = {"Set-Cookie", "X-Request-Id", "Content-Length"}
            headers = {k: v for k, v in page.response.headers if k not in changing}
            pages.append((page.status, plain.replace(address, "…"), headers))
    assert pages[:5] == pages[5:]
    assert costs[0] == costs[1]


def test_guessing_stops_and_says_for_how_long(app: Flask, browser: Browser) -> None:
    codes = counter.paper_codes(app, counter.sakura(app))
    counter.by_mail(browser, app)
    for _ in range(10):
        browser.submit(lost="line", code=PAPER)
    page = browser.submit(lost="line", code=codes[0])
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 0
    assert "sign_in.limited" in people.actions(app)
    again = Browser(app, browser.base)  # a new flow is no new chance
    people.later(app, timedelta(minutes=2))
    counter.by_mail(again, app)
    assert again.submit(lost="line", code=codes[0]).status == 429
    people.later(app, timedelta(minutes=15))
    counter.by_mail(again, app)
    assert again.submit(lost="line", code=codes[0]).path == "/account/recovered"


def test_desk_codes_can_not_be_guessed_from_many_addresses(app: Flask, browser: Browser) -> None:
    """Wrong codes count against the network too, whatever address was proven."""
    network = {"REMOTE_ADDR": "203.0.113.7"}
    browser.client.environ_base = {**browser.client.environ_base, **network}
    for number in range(2):
        people.later(app, timedelta(minutes=2))
        counter.by_mail(browser, app, f"guess{number}@home.example")
        for _ in range(5):
            browser.submit(lost="line", code=PAPER)
    people.later(app, timedelta(minutes=2))
    counter.by_mail(browser, app, "guess9@home.example")
    assert browser.submit(lost="line", code=PAPER).status == 429


def test_what_an_attacker_began_before_is_dead_after(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    """Attacks 18 and 20: old sessions, and a change of address begun in one."""
    attacker_mail = "attacker@evil.example"
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    attacker = sign_in(app, "resident", who)
    attacker.get("/account/email")
    attacker.submit(email=attacker_mail)
    change = people.sent_codes(app, attacker_mail)[-1]
    people.first_by_line(other, line)  # a half-done sign-in with the stolen LINE
    counter.by_mail(browser, app)
    browser.submit(lost="line", code=codes[0])
    assert attacker.submit(code=change).path == "/sign-in"
    assert other.get("/sign-in/second-step").status == 409
    assert counter.addresses(app, who) == Addresses(email=MAIL)


def test_a_desk_code_dies_after_a_day(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    code = counter.desk_code(app, "phone")
    counter.pass_by(app, 24.1)
    counter.by_mail(browser, app)
    assert browser.submit(lost="line", code=code).errors


def test_one_code_used_twice_at_once_wins_once(app: Flask) -> None:
    counter.sakura(app)
    code = counter.desk_code(app, "phone")

    def use(session: Session) -> bool:
        case = recovery_cases.by_code(session, code)
        if case is not None:
            case.code_index = None
        return case is not None

    assert counter.meanwhile(app, use) == [True, False]


def test_the_act_itself_wants_the_first_half(app: Flask) -> None:
    codes = counter.paper_codes(app, who := counter.sakura(app))
    with app.app_context(), transaction() as session:
        flow = flows.begin(session, "recovery", first="email", email=MAIL, account_id=who)
        with pytest.raises(FlowOver):
            recovery_steps.answer_code(session, flow, Lost.LINE, codes[0], None)


def test_a_paper_code_alone_never_gives_a_new_address(app: Flask, browser: Browser) -> None:
    who = counter.sakura(app, line=SAKURA)
    codes = counter.paper_codes(app, who)
    counter.by_mail(browser, app)
    assert browser.submit(lost="all", code=codes[0]).errors
    assert counter.addresses(app, who) == Addresses(line=SAKURA, email=MAIL)


def test_who_has_left_does_not_come_back_by_a_desk_code(app: Flask, browser: Browser) -> None:
    counter.sakura(app, line=SAKURA)
    code = counter.desk_code(app, "all")
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE residents SET left_at = now()"))
    counter.by_mail(browser, app, STRANGER)
    assert browser.submit(lost="all", code=code).errors

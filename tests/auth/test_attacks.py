"""Attacks on sign-in: each is refused, noted, and changes nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text

from auth import challenges, signing_in
from auth.challenges import Outcome
from auth.errors import TooManyTries
from auth.flows import Flow
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST

HOST = f"http://{RESIDENT_HOST}"
MAIL = "sakura@home.example"


@pytest.fixture
def other(app: Flask) -> Browser:
    """Another person's browser."""
    return Browser(app, HOST)


def begun_by_mail(browser: Browser, app: Flask, address: str = MAIL) -> str:
    """A browser that waits for its code; the code."""
    browser.get("/sign-in/email")
    browser.submit(email=address)
    return people.sent_codes(app, address)[-1]


def signed_in(app: Flask) -> int:
    with app.app_context():
        count = "SELECT count(*) FROM sessions WHERE subject_id IS NOT NULL"
        return int(read().execute(text(count)).scalar_one())


# -- LINE's answer belongs to one browser, one flow, once ------------------------------------------


def test_login_csrf_an_attackers_answer_is_nothing_in_the_victims_browser(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    other.get("/sign-in")
    page = other.get(callback)
    assert page.status == 400
    assert "もう一度押してください" in page.heading
    assert other.get("/sign-in/second-step").status == 409


def test_the_victims_own_waiting_sign_in_does_not_take_an_attackers_answer(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    other.get("/sign-in")
    other.submit("LINE", follow=False)
    assert other.get(callback).status == 400


def test_an_answer_is_used_once(browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    assert browser.get(callback).path == "/sign-in/set-up"
    page = browser.get(callback)
    assert page.status == 400
    assert "もう一度押してください" in page.heading


@pytest.mark.parametrize("change", ["state=", "state=other", "nothing"])
def test_an_answer_without_its_state_is_refused(
    browser: Browser, line: LinePhone, change: str
) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    bad = re.sub(r"&?state=[^&]*", "" if change == "nothing" else f"&{change}", callback)
    assert browser.get(bad).status == 400


def test_a_code_pasted_into_another_sign_in_is_stopped_by_pkce(
    app: Flask, browser: Browser, other: Browser, line: LinePhone, line_server: Any
) -> None:
    other.get("/sign-in")
    stolen = parse_qs(urlsplit(people.press_line(other, line)).query)["code"][0]
    browser.get("/sign-in")
    own = people.press_line(browser, LinePhone(line_server.url, MOMIJI))
    page = browser.get(re.sub(r"code=[^&]*", f"code={stolen}", own))
    assert page.status == 400
    assert "LINEでログインできませんでした" in page.heading
    assert "sign_in.first_proven" not in people.actions(app)


def test_the_answer_of_another_issuer_is_refused(browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    callback = people.press_line(browser, line)
    assert browser.get(f"{callback}&iss=https://idp.example").status == 400


def test_saying_no_to_line_is_a_clear_page(app: Flask, browser: Browser, line: LinePhone) -> None:
    browser.get("/sign-in")
    page = browser.get(people.press_line(browser, line, allow=False))
    assert page.status == 400
    assert "LINEでのログインをやめました" in page.heading
    assert "メールでログイン" in page.text
    assert "sign_in.line_refused" in people.actions(app)


def test_starting_again_in_this_browser_turns_auto_login_off(
    browser: Browser, other: Browser, line: LinePhone
) -> None:
    other.get("/sign-in")
    browser.get(people.press_line(other, line))
    page = browser.submit("もう一度LINEでログイン", follow=False)
    asked = parse_qs(urlsplit(page.response.headers["Location"]).query)
    assert asked["disable_auto_login"] == ["true"]
    assert browser.get(line.answer(page.response.headers["Location"])).path == "/sign-in/set-up"


def test_what_line_is_asked(browser: Browser) -> None:
    browser.get("/sign-in")
    page = browser.submit("LINE", follow=False)
    asked = parse_qs(urlsplit(page.response.headers["Location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["scope"] == ["openid profile"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{HOST}/sign-in/line/callback"]
    assert asked["bot_prompt"] == ["normal"]
    assert asked["ui_locales"] == ["ja"]
    assert re.fullmatch(r"[0-9A-Za-z]{20,}", asked["state"][0])
    assert len(asked["nonce"][0]) >= 20
    assert "max_age" in asked
    assert "disable_auto_login" not in asked


def test_no_link_of_another_site_begins_a_sign_in(browser: Browser) -> None:
    assert browser.get("/sign-in/line").status == 405


# -- codes -----------------------------------------------------------------------------------------


def test_a_code_is_used_once(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    browser.submit(code=code)
    with app.app_context(), transaction() as session:
        flow = session.query(Flow).one()
        assert challenges.answer(session, flow, "first", MAIL, code) is Outcome.DEAD


def test_a_code_dies_after_ten_minutes(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    people.later(app, timedelta(minutes=10, seconds=1))
    page = browser.submit(code=code)
    assert any("もう使えません" in error for error in page.errors)
    assert browser.get("/sign-in/set-up").status == 409


def test_a_code_dies_after_five_wrong_tries(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    for _ in range(5):
        assert browser.submit(code=people.wrong(code)).errors
    page = browser.submit(code=code)
    assert any("もう使えません" in error for error in page.errors)


def test_a_new_code_kills_the_one_before(app: Flask, browser: Browser) -> None:
    old = begun_by_mail(browser, app)
    people.later(app, timedelta(seconds=61))
    browser.submit("新しい番号を送る")
    assert len(people.sent_codes(app, MAIL)) == 2
    if old != people.sent_codes(app, MAIL)[-1]:
        assert browser.submit(code=old).errors
    assert browser.submit(code=people.sent_codes(app, MAIL)[-1]).path == "/sign-in/set-up"


def test_a_code_is_bound_to_its_browser(app: Flask, browser: Browser, other: Browser) -> None:
    code = begun_by_mail(browser, app)
    theirs = begun_by_mail(other, app)
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


def at_once(app: Flask, times: int, act: Callable[[], None]) -> None:
    """Run `act` in threads that start together."""
    barrier = threading.Barrier(times)

    def run() -> None:
        with app.app_context():
            barrier.wait()
            act()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_parallel_guesses_are_counted_in_turn(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    outcomes: list[str] = []

    def guess() -> None:
        with transaction() as session:
            flow = session.query(Flow).with_for_update().one()
            outcomes.append(signing_in.answer_first(session, flow, people.wrong(code)))

    at_once(app, 8, guess)
    assert sorted(outcomes) == [Outcome.DEAD] * 3 + [Outcome.WRONG] * 5


def test_a_right_code_sent_twice_at_once_wins_once(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    outcomes: list[str] = []

    def answer() -> None:
        with transaction() as session:
            flow = session.query(Flow).with_for_update().one()
            outcomes.append(challenges.answer(session, flow, "first", MAIL, code))

    at_once(app, 4, answer)
    assert sorted(outcomes) == [Outcome.DEAD] * 3 + [Outcome.RIGHT]


def test_guessing_over_many_codes_locks_the_address(app: Flask, browser: Browser) -> None:
    for _ in range(2):
        code = begun_by_mail(browser, app)
        for _ in range(5):
            browser.submit(code=people.wrong(code))
    page = browser.submit(code=people.wrong(code))
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 15 * 60
    people.later(app, timedelta(minutes=15, seconds=1))
    code = begun_by_mail(browser, app)
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


def test_an_outsider_who_knows_the_address_can_not_lock_the_account(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    for _ in range(2):
        code = begun_by_mail(other, app)
        for _ in range(5):
            other.submit(code=people.wrong(code))
    assert other.submit(code="000000").status == 429
    people.first_by_line(browser, line)
    browser.submit("メールで番号を送る")
    browser.submit(code=people.sent_codes(app, MAIL)[-1], follow=False)
    assert signed_in(app) == 1


# -- flooding --------------------------------------------------------------------------------------


def test_a_code_is_sent_again_only_after_a_minute(app: Flask, browser: Browser) -> None:
    code = begun_by_mail(browser, app)
    page = browser.submit("新しい番号を送る")
    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 60
    browser.get("/sign-in/email/code")
    assert browser.submit(code=code).path == "/sign-in/set-up"  # the first one still works


def test_an_address_gets_five_codes_an_hour(app: Flask) -> None:
    for _ in range(5):
        begun_by_mail(Browser(app, HOST), app)
    browser = Browser(app, HOST)
    browser.get("/sign-in/email")
    page = browser.submit(email=MAIL)
    assert page.status == 429
    assert 3000 < int(page.response.headers["Retry-After"]) <= 3601
    assert len(people.sent_codes(app, MAIL)) == 5
    assert "sign_in.limited" in people.actions(app)


def test_a_network_gets_twenty_codes_an_hour(ctx: Flask) -> None:
    def ask(n: int, network: str) -> None:
        with transaction() as session:
            flow = Flow(purpose="sign_in")
            session.add(flow)
            session.flush()
            signing_in.send_first(session, flow, f"a{n}@home.example", network)

    for n in range(20):
        ask(n, "203.0.113.0/24")
    with pytest.raises(TooManyTries) as caught:
        ask(20, "203.0.113.0/24")
    assert caught.value.why == "network"
    ask(20, "198.51.100.0/24")


def test_parallel_requests_do_not_pass_the_limit(app: Flask) -> None:
    sent: list[bool] = []

    def ask() -> None:
        try:
            with transaction() as session:
                flow = Flow(purpose="sign_in")
                session.add(flow)
                session.flush()
                signing_in.send_first(session, flow, MAIL, None)
            sent.append(True)
        except TooManyTries:
            sent.append(False)

    at_once(app, 9, ask)
    assert sorted(sent) == [False] * 4 + [True] * 5


# -- skipping, fixing, redirecting -----------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/my",
        "/welcome",
        "/account/security",
        "/account/email",
        "/account/authenticator",
        "/account/recovery-codes",
    ],
)
def test_the_second_step_can_not_be_skipped(
    app: Flask, browser: Browser, line: LinePhone, path: str
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    page = people.first_by_line(browser, line)
    assert page.path == "/sign-in/second-step"
    assert browser.get(path).path == "/sign-in"
    assert browser.get("/sign-in/terms").status == 409
    assert browser.get("/sign-in/set-up").status == 409
    assert signed_in(app) == 0


def test_a_second_step_the_account_does_not_have_is_refused(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_line(browser, line)
    assert browser.get("/sign-in/second-step/totp").status == 404
    assert browser.get("/sign-in/second-step/line").status == 404


def test_each_step_gives_a_new_session_and_ends_the_old_one(app: Flask, browser: Browser) -> None:
    browser.client.set_cookie("mado_resident", "chosen-by-an-attacker", domain="localhost")
    seen = []

    def cookie() -> str:
        found = browser.client.get_cookie("mado_resident")
        assert found is not None
        return found.value

    code = begun_by_mail(browser, app)
    seen.append(cookie())
    browser.submit(code=code)
    seen.append(cookie())
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    browser.submit(code=people.app_code(secret))
    seen.append(cookie())
    browser.submit(agree="y")
    seen.append(cookie())
    assert len(set(seen)) == 4
    assert "chosen-by-an-attacker" not in seen
    for old in seen[:-1]:
        thief = Browser(app, HOST)
        thief.client.set_cookie("mado_resident", old, domain="localhost")
        assert thief.get("/account/security").path == "/sign-in"


def test_an_app_code_is_used_once(app: Flask, browser: Browser, other: Browser) -> None:
    secret, _ = people.register_by_mail(browser, app, MAIL)
    used = people.app_code(secret, 1)
    for one, right in ((browser, True), (other, False)):
        one.get("/account/security") if right else None
        if right:
            one.submit("ログアウト")
        people.first_by_mail(one, app, MAIL)
        page = one.get("/sign-in/second-step/totp")
        page = one.submit(code=used, follow=False)
        assert (page.status == 303) is right


def test_the_code_that_set_the_app_up_is_spent(app: Flask, browser: Browser) -> None:
    secret = ""
    people.first_by_mail(browser, app, MAIL)
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    used = people.app_code(secret)
    browser.submit(code=used)
    browser.submit(agree="y")
    browser.get("/account/security")
    browser.submit("ログアウト")
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/second-step/totp")
    assert browser.submit(code=used).errors


def test_a_recovery_code_is_used_once(app: Flask, browser: Browser) -> None:
    _, codes = people.register_by_mail(browser, app, MAIL)
    for right in (True, False):
        browser.get("/account/security")
        browser.submit("ログアウト")
        people.first_by_mail(browser, app, MAIL)
        browser.get("/sign-in/second-step/recovery")
        assert (browser.submit(code=codes[0], follow=False).status == 303) is right
        if right:
            continue


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "/%0d%0aLocation:x",
        "javascript:alert(1)",
        "//a@evil.example",
        "\\\\evil.example",
        "/\tevil.example",
    ],
)
def test_next_never_leads_away(app: Flask, browser: Browser, target: str) -> None:
    secret, _ = people.register_by_mail(browser, app, MAIL)
    browser.get("/account/security")
    browser.submit("ログアウト")
    browser.get("/sign-in/email")
    browser.submit(email=MAIL, next=target)
    browser.submit(code=people.sent_codes(app, MAIL)[-1])
    browser.get("/sign-in/second-step/totp")
    page = browser.submit(code=people.app_code(secret, 1), follow=False)
    place = page.response.headers["Location"]
    assert urlsplit(place).netloc in {"", RESIDENT_HOST}
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


def test_a_registered_and_an_unknown_address_look_alike(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, MAIL)
    pages = []
    for address in (MAIL, "nobody@home.example"):
        visitor = Browser(app, HOST)
        visitor.get("/sign-in/email")
        answer = visitor.submit(email=address, follow=False)
        shown = visitor.get("/sign-in/email/code")
        wrong = visitor.submit(code=people.wrong(people.sent_codes(app, address)[-1]))
        for page in (answer, shown, wrong):
            plain = re.sub(r'(csrf_token" (type="hidden" )?value=)"[^"]*"', r"\1", page.html)
            headers = {
                k: v
                for k, v in page.response.headers
                if k not in {"Set-Cookie", "X-Request-Id", "Content-Length"}
            }
            pages.append((page.status, plain.replace(address, "…"), headers))
    assert pages[:3] == pages[3:]


def test_a_known_and_an_unknown_address_cost_the_same_statements(
    app: Flask, browser: Browser, count_queries: Any
) -> None:
    people.register_by_mail(browser, app, MAIL)
    costs = []
    for address in (MAIL, "nobody@home.example"):
        visitor = Browser(app, HOST)
        visitor.get("/sign-in/email")
        with count_queries() as statements:
            visitor.submit(email=address, follow=False)
        costs.append(statements)
    assert costs[0] == costs[1]


def test_a_clerk_and_a_stranger_look_alike_at_the_staff_door(
    app: Flask, staff_browser: Browser, work: Any, count_queries: Any
) -> None:
    people.add_clerk(app, "koho@city.example", "author")
    pages, costs = [], []
    for address in ("koho@city.example", "nobody@city.example"):
        staff_browser.get("/staff/sign-in")
        with count_queries() as statements:
            answer = staff_browser.submit(email=address, follow=False)
        costs.append(statements)
        shown = staff_browser.get("/staff/sign-in/code")
        wrong = staff_browser.submit(code="000000")
        for page in (answer, shown, wrong):
            plain = re.sub(r'(csrf_token" (type="hidden" )?value=)"[^"]*"', r"\1", page.html)
            pages.append((page.status, plain.replace(address, "…")))
    assert costs[0] == costs[1]
    assert pages[:3] == pages[3:]
    work()
    assert people.sent_codes(app, "nobody@city.example") == []


def test_the_victims_mail_in_an_attackers_sign_up_gives_nothing(
    app: Flask, browser: Browser, other: Browser, line: LinePhone
) -> None:
    """Pre-hijack: an address is nobody's before its mail is read."""
    people.first_by_line(other, line)
    other.get("/sign-in/set-up/email")
    other.submit(email=MAIL)
    other.submit(code=people.wrong(people.sent_codes(app, MAIL)[-1]))
    assert people.first_by_mail(browser, app, MAIL).path == "/sign-in/set-up"
    with app.app_context():
        assert read().execute(text("SELECT count(*) FROM identities")).scalar() == 0


def test_a_residents_session_is_nothing_at_the_staff_door(
    app: Flask, browser: Browser, staff_browser: Browser
) -> None:
    people.register_by_mail(browser, app, MAIL)
    cookie = browser.client.get_cookie("mado_resident")
    assert cookie is not None
    for name in ("mado_staff", "mado_resident"):
        staff_browser.client.set_cookie(name, cookie.value, domain="staff.localhost")
    assert staff_browser.get("/staff/sign-in").heading == "職員のログイン"
    assert staff_browser.get("/sign-in").status == 404
    assert browser.get("/staff/sign-in").status == 404


def test_a_clerk_can_not_skip_the_app(app: Flask, staff_browser: Browser, work: Any) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    staff_browser.get("/staff/sign-in")
    staff_browser.submit(email="koho@city.example")
    assert staff_browser.get("/staff/sign-in/app").status == 409
    work()
    staff_browser.get("/staff/sign-in/code")
    staff_browser.submit(code=people.sent_codes(app, "koho@city.example")[-1])
    assert signed_in(app) == 0
    for _ in range(10):
        assert staff_browser.submit(code="000000").errors
    assert staff_browser.submit(code=people.app_code(secret)).status == 429
    assert signed_in(app) == 0


def test_no_code_address_or_line_id_is_in_the_audit_log(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.register_by_line(browser, app, line, MAIL)
    with app.app_context():
        rows = read().execute(text("SELECT row_to_json(a)::text FROM audit_entries a")).scalars()
        words = " ".join(rows)
    for secret in (MAIL, line.user_id, *people.sent_codes(app, MAIL)):
        assert secret not in words
    assert {"sign_in.first_proven", "account.registered", "consent.given"} <= set(
        people.actions(app)
    )

"""Steps out of order, second tries, sweeping, and the staff door's other pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth import flows, identities, limits, linking, setting_up, signing_in
from auth.challenges import Outcome
from auth.errors import FlowOver, Taken
from auth.flows import Flow
from auth.registration import register_resident
from auth.staff import accounts
from auth.staff import signing_in as staff_signing_in
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import Forbidden
from tests.auth import people
from tests.auth.conftest import MAIL, SAKURA
from tests.auth.people import LinePhone
from tests.browser import Browser


@pytest.mark.parametrize(
    "act",
    [
        lambda s, flow: signing_in.answer_second(s, flow, "totp", "000000"),
        lambda s, flow: signing_in.finish(s, flow, "ja"),
        lambda s, flow: signing_in.finish(s, flow, "ja", agreed=True),
        lambda s, flow: signing_in.send_again(s, flow, None),
        lambda s, flow: signing_in.prove_again(s, flow),
        lambda s, flow: signing_in.second_steps(s, flow),
        lambda s, flow: setting_up.send_email_code(s, flow, MAIL, None),
        lambda s, flow: setting_up.secret_of(s, flow),
        lambda s, flow: linking.connect_line(s, flow),
        lambda s, flow: staff_signing_in.account_of(s, flow),
        lambda s, flow: staff_signing_in.finish(s, flow),
        lambda s, flow: staff_signing_in.send_again(s, flow, None),
    ],
)
def test_nothing_can_be_done_out_of_order(ctx: Flask, act: Any) -> None:
    with pytest.raises(FlowOver), transaction() as session:
        act(session, flows.begin(session, "sign_in"))
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM residents")).scalar() == 0


def test_a_flow_of_line_can_not_be_proven_by_line_twice(ctx: Flask) -> None:
    with transaction() as session:
        flow = flows.begin(session, "sign_in")
        signing_in.prove_line(session, flow, SAKURA)
        with pytest.raises(FlowOver):
            signing_in.prove_line(session, flow, SAKURA)
        with pytest.raises(FlowOver):
            setting_up.answer_email_code(session, Flow(purpose="sign_in"), "000000")


def test_a_mail_flow_sets_up_no_second_mail_address(ctx: Flask) -> None:
    with transaction() as session:
        flow = flows.begin(session, "sign_in", first="email", email=MAIL)
        signing_in.send_first(session, flow, MAIL, None)
        code = people.sent_codes_in(session, MAIL)[-1]
        assert signing_in.answer_first(session, flow, code) is Outcome.RIGHT
        with pytest.raises(FlowOver):
            setting_up.send_email_code(session, flow, "other@home.example", None)


def test_a_method_that_is_not_the_accounts_is_forbidden(ctx: Flask) -> None:
    with transaction() as session:
        account = register_resident(session, line_user_id=SAKURA)
        flow = flows.begin(session, "step_up", account_id=account)
        for method in ("email", "totp", "recovery", "king"):
            with pytest.raises(Forbidden):
                signing_in.answer_second(session, flow, method, "000000")
        with pytest.raises(Forbidden):
            signing_in.send_second(session, flow, "email", None)


def test_an_account_needs_an_identity_and_an_identity_one_account(ctx: Flask) -> None:
    with transaction() as session:
        with pytest.raises(ValueError, match="LINE or a mail"):
            register_resident(session)
        account = register_resident(session, line_user_id=SAKURA)
        with pytest.raises(Taken):
            identities.add(session, account, "line", SAKURA)


def test_who_left_is_no_longer_known(ctx: Flask) -> None:
    with transaction() as session:
        account = register_resident(session, line_user_id=SAKURA)
    assert identities.resident_of_line(SAKURA) == account
    with transaction() as session:
        session.execute(text("UPDATE residents SET left_at = now()"))
    assert identities.resident_of_line(SAKURA) is None
    assert identities.addresses_of(read(), [account]) == {}


def test_what_is_over_is_swept(app: Flask, browser: Browser) -> None:
    people.begun_by_mail(browser, app, MAIL)
    with app.app_context():
        assert (flows.sweep(), limits.sweep()) == (0, 0)
        people.later(app, timedelta(hours=1, seconds=1))
        assert (flows.sweep(), limits.sweep()) == (1, 0)
        people.later(app, timedelta(hours=23))
        assert limits.sweep() == 1
        assert read().execute(text("SELECT count(*) FROM sign_in_challenges")).scalar() == 0


def test_an_hour_old_sign_in_is_over(app: Flask, browser: Browser) -> None:
    code = people.begun_by_mail(browser, app, MAIL)
    people.later(app, timedelta(hours=1, seconds=1))
    page = browser.submit(code=code)
    assert page.status == 409
    assert browser.get(page.link("はじめからやり直す")).path == "/sign-in"


def test_a_wrong_number_while_setting_up_an_app_is_told_and_counted(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.first_by_line(browser, line)
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    for _ in range(10):
        page = browser.submit(code=people.wrong(people.app_code(secret)))
        assert page.errors
    assert people.secret_on(page) == secret  # what the app has read stays right
    assert browser.submit(code=people.app_code(secret)).status == 429


def test_a_line_only_resident_is_told_in_the_talk_and_adds_a_mail_address(
    app: Flask, browser: Browser, line: LinePhone
) -> None:
    people.first_by_line(browser, line)
    secret = people.secret_on(browser.get("/sign-in/set-up/app"))
    browser.submit(code=people.app_code(secret))
    browser.submit(agree="y")
    browser.get("/account/security")
    browser.submit("新しく10個作る")
    assert people.receipts(app) == [("line", SAKURA, "recovery")]
    browser.get("/account/email")
    browser.submit(email=MAIL)
    page = browser.submit(code="000000")
    if page.path != "/account/security":
        assert page.errors
        browser.submit(code=people.sent_codes(app, MAIL)[-1])
    assert ("mail", MAIL, "email") in people.receipts(app)
    assert "identity.added" in people.actions(app)


def test_who_is_signed_in_is_led_on(app: Flask, browser: Browser) -> None:
    people.register_by_mail(browser, app, MAIL)
    page = browser.get("/sign-in?next=/account/security")
    assert page.path == "/account/security"


def test_a_clerk_has_the_code_sent_again_and_signs_out(
    app: Flask, staff_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    browser = staff_browser
    browser.get("/staff/sign-in")
    browser.submit(email="koho@city.example")
    assert browser.submit("新しい番号を送る").status == 429
    people.later(app, timedelta(seconds=61))
    browser.get("/staff/sign-in/code")
    browser.submit("新しい番号を送る")
    work()
    codes = people.sent_codes(app, "koho@city.example")
    assert len(codes) == 1  # the ring of the replaced one finds nothing to send
    browser.submit(code=codes[0])
    browser.submit(code=people.app_code(secret), follow=False)
    page = browser.get("/staff/sign-in?next=/staff/notices", follow=False)
    assert page.response.headers["Location"] == "/staff/notices"
    with app.app_context():
        account = read().execute(text("SELECT id FROM staff_accounts")).scalar_one()
        assert accounts.name_of(account) == ("広報の書き手", ["author"])
    token = people.csrf_of(browser)
    answer = browser.client.post(
        "/staff/sign-out",
        base_url=browser.base,
        data={"csrf_token": token},
        headers={"Origin": browser.base},
    )
    assert answer.status_code == 303
    assert people.session_of(app) is None


def test_a_clerk_who_is_ended_between_the_steps_does_not_get_in(
    app: Flask, staff_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, "koho@city.example", "author")
    staff_browser.get("/staff/sign-in")
    staff_browser.submit(email="koho@city.example")
    work()
    staff_browser.submit(code=people.sent_codes(app, "koho@city.example")[-1])
    with app.app_context(), transaction() as session:
        sql = text("UPDATE staff_accounts SET ends_on = :day")
        session.execute(sql, {"day": today() - timedelta(days=3)})
    assert staff_browser.submit(code=people.app_code(secret)).status == 409
    assert people.session_of(app) is None


def test_an_ended_clerk_gets_no_code(app: Flask, staff_browser: Browser, work: Any) -> None:
    people.add_clerk(app, "koho@city.example", "author")
    with app.app_context(), transaction() as session:
        sql = text("UPDATE staff_accounts SET starts_on = :day")
        session.execute(sql, {"day": today() + timedelta(days=3)})
    staff_browser.get("/staff/sign-in")
    staff_browser.submit(email="koho@city.example")
    work()
    assert people.sent_codes(app, "koho@city.example") == []


def test_two_clerks_can_not_share_an_address(ctx: Flask) -> None:
    with transaction() as session:
        accounts.add_staff(session, email="a@city.example", name="甲", roles=["author"])
        with pytest.raises(Taken):
            accounts.add_staff(session, email="a@city.example", name="乙", roles=["author"])
        with pytest.raises(ValueError, match="none given"):
            accounts.add_staff(session, email="b@city.example", name="乙", roles=[])


def test_who_never_began_leaves_no_audit_entry(app: Flask, browser: Browser) -> None:
    for path in ("/sign-in/terms", "/sign-in/second-step", "/sign-in/email/code"):
        assert browser.get(path).status == 409
    assert people.actions(app) == []

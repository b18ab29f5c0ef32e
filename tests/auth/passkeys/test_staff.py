"""Clerks' passkeys: the second step beside the app, on the staff host only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from auth.staff import accounts, enrolment
from portal.core.clock import today
from portal.core.db import transaction
from tests.auth import people
from tests.auth.passkeys import doing
from tests.auth.passkeys.authenticator import Authenticator, Faults
from tests.browser import Browser

CLERK = "kouhou@city.example"


@pytest.fixture
def key() -> Authenticator:
    """The clerk's security key."""
    return Authenticator(doing.STAFF, synced=False)


def first_step(browser: Browser, app: Flask, work: Any) -> None:
    browser.get("/staff/sign-in")
    browser.submit(email=CLERK)
    work()
    browser.submit(code=people.sent_codes(app, CLERK)[-1])


@pytest.fixture
def clerk(app: Flask, staff_browser: Browser, work: Any, key: Authenticator) -> Browser:
    """Signed in with the app, and with a passkey on `key`."""
    secret = people.add_clerk(app, CLERK, "administrator")
    people.staff_signs_in(staff_browser, app, work, CLERK, secret)
    staff_browser.get("/staff/account/passkeys/new")
    assert doing.press(staff_browser, key, name="机のかぎ").path == "/staff/account"
    return staff_browser


def signs_out(browser: Browser) -> None:
    browser.get("/staff/account")
    browser.submit("ログアウト")


def test_a_clerk_signs_in_with_the_passkey(
    app: Flask, clerk: Browser, work: Any, key: Authenticator
) -> None:
    assert "机のかぎ" in clerk.get("/staff/account").text
    assert people.receipts(app) == [("mail", CLERK, "passkey")]
    signs_out(clerk)
    first_step(clerk, app, work)
    told = doing.options(clerk)
    assert told["rpId"] == "staff.localhost"
    assert len(told["allowCredentials"]) == 1
    for faults, reason in (
        (Faults(origin=doing.RESIDENT), "origin"),
        (Faults(rp_id="localhost"), "rp_id"),
        (Faults(verified=False), "user_verification"),
        (Faults(counter=1), "counter"),
    ):
        assert doing.press(clerk, key, faults).path == "/staff/sign-in/app"
        assert doing.refusals(app)[-1] == reason
    assert people.signed_in(app) == 0
    doing.press(clerk, key)
    assert people.session_of(app) == ("phr", ["email", "pop", "user", "mfa"])
    assert "staff.manage" in (people.permissions_of(app) or [])


def test_the_app_stays_beside_it_and_its_lock_does_not_hold_the_passkey(
    app: Flask, clerk: Browser, work: Any, key: Authenticator
) -> None:
    signs_out(clerk)
    first_step(clerk, app, work)
    while clerk.page is not None and clerk.page.status != 429:
        clerk.submit("ログイン", code="000000")
    clerk.get("/staff/sign-in/app")
    doing.press(clerk, key)
    assert people.signed_in(app) == 1


def test_adding_wants_fresh_proof_which_a_passkey_gives(
    app: Flask, clerk: Browser, key: Authenticator
) -> None:
    people.later(app, timedelta(minutes=6))
    assert clerk.get("/staff/account/passkeys/new").path == "/staff/prove"
    assert doing.press(clerk, key).path == "/staff/account/passkeys/new"
    assert people.session_of(app) == ("phr", ["email", "otp", "mfa", "pop", "user"])


def test_it_is_renamed_and_removed(app: Flask, clerk: Browser) -> None:
    clerk.get(clerk.get("/staff/account").link("名前を変える・消す"))
    page = clerk.submit("名前を保存する", name="古いかぎ")
    assert "古いかぎ" in page.text
    clerk.get(page.link("名前を変える・消す"))
    clerk.submit("このパスキーを消す")
    assert doing.passkeys(app) == 0
    assert people.receipts(app)[-1] == ("mail", CLERK, "passkey_removed")


def test_a_passkey_of_a_clerk_is_none_of_a_resident(
    app: Flask, clerk: Browser, browser: Browser, key: Authenticator
) -> None:
    """Attack 38: the faces do not know each other's passkeys."""
    browser.get("/sign-in")
    told = doing.options(browser)
    told["rpId"] = "staff.localhost"
    as_resident = Faults(origin=doing.RESIDENT, rp_id="localhost")
    doing.send(browser, key.get(told, as_resident))
    assert not doing.inside(browser)
    assert doing.refusals(app) == ["unknown"]


def test_an_ended_clerk_comes_in_by_no_passkey(
    app: Flask, clerk: Browser, work: Any, key: Authenticator
) -> None:
    signs_out(clerk)
    first_step(clerk, app, work)
    answer = key.get(doing.options(clerk))
    ended = "UPDATE staff_accounts SET ends_on = :day, starts_on = '2020-1-1'"
    doing.change(app, ended, day=today() - timedelta(days=2))
    assert doing.send(clerk, answer).status == 409
    assert people.signed_in(app) == 0


def test_an_invited_clerk_sets_up_a_passkey(
    app: Flask, staff_browser: Browser, work: Any, key: Authenticator
) -> None:
    with app.app_context(), transaction() as db:
        account = accounts.add_staff(
            db, email=CLERK, name="広報の書き手", roles=["author"], invited=True
        )
        link = enrolment.invite(db, account)
    staff_browser.get(link)
    assert doing.press(staff_browser, key).path == "/staff/sign-in"
    assert "staff.second_set_up" in people.actions(app)
    assert staff_browser.get(link).status == 409  # used up
    first_step(staff_browser, app, work)
    assert not [one for one in people.buttons(staff_browser.page) if one == "ログイン"]  # type: ignore[arg-type]
    doing.press(staff_browser, key)
    assert people.session_of(app) == ("phr", ["email", "pop", "user", "mfa"])
    staff_browser.get(staff_browser.get("/staff/account").link("名前を変える・消す"))
    assert staff_browser.submit("このパスキーを消す").status == 409  # nothing else opens it


def test_a_reset_takes_the_passkeys_away(app: Flask, clerk: Browser) -> None:
    with app.app_context(), transaction() as db:
        account = accounts.find(db, CLERK)
        assert account is not None
        enrolment.reset(db, account)
    assert doing.passkeys(app) == 0

"""Terms for minors: a guardian agrees, and the ledger says who, for whom and on what basis."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from auth import authenticators, consents, guardians
from auth.authenticators import Authenticator
from auth.guardians import Age, age_of
from auth.registration import register_resident
from portal.core.clock import today
from portal.core.db import transaction
from portal.residents import family
from tests.auth import people
from tests.auth.linking.stories import rows
from tests.browser import Browser
from tests.notifications.city import WRITER
from tests.notifications.city import sign_in as sign_in_as
from tests.portal.signing_in import sign_in


def years_ago(years: int) -> date:
    return date(today().year - years, 1, 1)


def resident(app: Flask, email: str, years: int, nickname: str = "") -> UUID:
    with app.app_context(), transaction() as session:
        account = register_resident(session, email=email)
        consents.agree(session, account, "ja")
        born = years_ago(years)
        family.set_profile(session, account, birthdate=born, nickname=nickname or None)
        return account


@pytest.fixture
def child(app: Flask) -> Browser:
    return sign_in(app, resident(app, "futaba@home.example", 12, "ふたば"))


@pytest.fixture
def adult(app: Flask) -> Browser:
    return sign_in(app, resident(app, "keyaki@home.example", 40))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2011, 11, 21), date(2026, 11, 20), Age.GUARDIAN),
        (date(2011, 11, 20), date(2026, 11, 20), Age.MINOR),
        (date(2008, 11, 21), date(2026, 11, 20), Age.MINOR),
        (date(2008, 11, 20), date(2026, 11, 20), Age.ADULT),
        (date(2012, 2, 29), date(2027, 2, 28), Age.GUARDIAN),
        (date(2012, 2, 29), date(2027, 3, 1), Age.MINOR),
        (None, date(2026, 11, 20), Age.UNKNOWN),
    ],
)
def test_ages(born: date | None, day: date, age: Age) -> None:
    assert age_of(born, day) is age


def test_saving_the_birthdate_of_a_child_asks_for_the_guardian(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        account = register_resident(session, email="futaba@home.example")
    browser = sign_in(app, account)
    browser.get("/welcome")
    born = {"birthdate-year": str(years_ago(12).year), "birthdate-month": "1", "birthdate-day": "1"}
    page = browser.submit("保存する", **born)
    assert page.path == "/account/guardian"
    assert browser.submit("保護者が同意します").errors  # not without the tick
    browser.submit("保護者が同意します", guardian_agrees="y")
    [row] = rows(app, "SELECT * FROM guardian_agreements")
    assert (row.resident_id, row.relation, row.basis) == (account, "parent", "stated")
    assert row.version == consents.TERMS_VERSION
    assert "その場で同意" in browser.get("/account/consents").text
    assert "guardian.agreed" in people.actions(app)


def test_an_adult_is_not_asked(app: Flask, adult: Browser) -> None:
    born = {"birthdate-year": "1980", "birthdate-month": "1", "birthdate-day": "1"}
    adult.get("/account/profile/edit")
    assert adult.submit("保存する", **born).path == "/account/profile"


def test_without_a_guardian_a_child_is_asked_again_at_the_sign_in(
    app: Flask, child: Browser, other: Browser
) -> None:
    secret = authenticators.new_secret()
    account = rows(app, "SELECT id FROM residents")[0].id
    with app.app_context(), transaction() as session:
        session.add(Authenticator(resident_id=account, secret=secret))
    people.first_by_mail(other, app, "futaba@home.example")
    other.get("/sign-in/second-step/totp")
    page = other.submit(code=people.app_code(secret))
    assert page.path == "/sign-in/terms"
    assert "15歳未満" in page.text
    assert other.submit(agree="y").errors
    assert other.get("/account/security").path == "/sign-in"
    other.get("/sign-in/terms")
    other.submit(agree="y", guardian_agrees="y", relation="guardian", follow=False)
    assert other.get("/account/security").path == "/account/security"


def code_of(child: Browser) -> str:
    child.get("/account/guardian")
    page = child.submit("番号を作る")
    found = re.search(r"<code>([2-9a-z]{5}-[2-9a-z]{5})</code>", page.html)
    assert found
    return found[1]


def test_a_guardian_agrees_with_the_own_account(app: Flask, child: Browser, adult: Browser) -> None:
    code = code_of(child)
    adult.get("/account/children")
    page = adult.submit(code=code.upper())
    assert page.heading == "ふたばさんのために同意する"
    page = adult.submit("子どものために同意する", guardian_agrees="y")
    assert page.path == "/account/consents"
    assert "あなた（子どものために）" in page.text
    [row] = rows(app, "SELECT * FROM guardian_agreements")
    assert row.basis == "own_account"
    assert row.guardian_id is not None
    assert child.get("/account/guardian").path == "/my"
    adult.get("/account/children")
    assert adult.submit(code=code).errors  # used up
    assert "保護者自身のアカウントで同意" in child.get("/account/consents.csv").html


def test_a_child_can_not_agree_for_itself_or_another(app: Flask, child: Browser) -> None:
    code = code_of(child)
    child.get("/account/children")
    assert child.submit(code=code).status == 409
    older = sign_in(app, resident(app, "sumire@home.example", 16))
    older.get("/account/children")
    assert older.submit(code=code).status == 409
    assert rows(app, "SELECT 1 FROM guardian_agreements") == []


def test_guessing_codes_is_stopped(app: Flask, adult: Browser) -> None:
    adult.get("/account/children")
    for _ in range(10):
        assert adult.submit(code="abcde-23456").errors
    assert adult.submit(code="abcde-23456").status == 429


def test_what_was_proven_is_not_overwritten_by_what_is_said(
    app: Flask, child: Browser, adult: Browser
) -> None:
    code = code_of(child)
    adult.get("/account/children")
    adult.submit(code=code)
    adult.submit("子どものために同意する", guardian_agrees="y")
    account = rows(app, "SELECT resident_id FROM guardian_agreements")[0].resident_id
    with app.app_context(), transaction() as session:
        guardians.state(session, account, "guardian", "ja")
    [row] = rows(app, "SELECT basis FROM guardian_agreements")
    assert row.basis == "own_account"


def test_the_ledger_can_be_kept_and_leads_to_leaving(app: Flask, adult: Browser) -> None:
    page = adult.get("/account/consents")
    assert f"利用規約 {consents.TERMS_VERSION} 版" in page.text
    assert adult.get(page.link("退会して")).path == "/account/leave"
    lines = adult.get("/account/consents.csv").html.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(consents.TERMS_VERSION)


def test_staff_see_counts_and_no_names(app: Flask, child: Browser, adult: Browser) -> None:
    clerk = sign_in_as(app, "staff", WRITER, frozenset({"audit.read"}))
    page = clerk.get("/staff/consents")
    assert consents.TERMS_VERSION in page.text
    assert "ふたば" not in page.html
    assert sign_in_as(app, "staff", WRITER, frozenset()).get("/staff/consents").status == 403


def test_every_version_says_what_changed() -> None:
    names = [one.name for one in consents.VERSIONS]
    assert len(set(names)) == len(names)
    assert [one.since for one in consents.VERSIONS] == sorted(
        one.since for one in consents.VERSIONS
    )

"""A clerk signs in at the office's SAML issuer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from auth.staff import accounts, invitations
from auth.staff.accounts import StaffAccount
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.staff import saml_issuer
from tests.auth.staff.conftest import MAIL
from tests.auth.staff.saml_issuer import Answer, Asked
from tests.browser import Browser, Page
from tests.conftest import STAFF_HOST


def ask(browser: Browser, path: str = "/staff/sign-in") -> Asked:
    """The clerk taps the issuer's button."""
    browser.get(path)
    page = browser.submit("庁内ポータル", follow=False)
    assert page.status == 303, page.text
    return saml_issuer.asked(page.response.headers["Location"])


def post(app: Flask, question: Asked, response: str) -> Any:
    """The issuer's page posts from another site: without our cookie."""
    return app.test_client().post(
        question.acs,
        data={"SAMLResponse": response, "RelayState": question.relay_state},
        headers={"Origin": "https://office.example"},
    )


def leave(browser: Browser) -> None:
    """The browser forgets who it was."""
    browser.client.delete_cookie("mado_staff", domain="staff.localhost")


def bring(browser: Browser, app: Flask, question: Asked, answer: Answer) -> Page:
    """The answer goes through the browser."""
    told = post(app, question, answer.encoded())
    assert told.status_code == 303, told.text
    assert "Set-Cookie" not in told.headers  # the browser's own session must survive this
    return browser.get(told.headers["Location"], follow=False)


def test_a_clerk_signs_in_and_proves_the_second_step_here(
    app: Flask, staff_browser: Browser, clerk: UUID
) -> None:
    question = ask(staff_browser, "/staff/sign-in?next=/staff/?from=office")
    assert question.signed and not question.force
    page = bring(staff_browser, app, question, saml_issuer.to(question))
    assert page.response.headers["Location"] == "/staff/sign-in/app"
    assert people.session_of(app) is None
    with app.app_context(), transaction() as session:
        secret = session.get_one(StaffAccount, clerk).totp_secret
    assert secret
    staff_browser.get("/staff/sign-in/app")
    page = staff_browser.submit(code=people.app_code(secret), follow=False)
    assert page.response.headers["Location"] == "/staff/?from=office"
    assert people.session_of(app) == ("aal2", ["saml", "otp", "mfa"])
    assert people.permissions_of(app) == ["notices.view", "notices.write"]


def test_no_second_step_of_ours_where_the_issuer_asked_for_several_factors(
    app: Flask, staff_browser: Browser, clerk: UUID
) -> None:
    question = ask(staff_browser)
    answer = saml_issuer.to(question).but(context=saml_issuer.MFA)
    bring(staff_browser, app, question, answer)
    assert people.session_of(app) == ("aal2", ["saml", "mfa"])
    assert staff_browser.get("/staff/").status == 200


def test_the_way_is_refused_to_whom_nobody_bound(app: Flask, staff_browser: Browser) -> None:
    """A mail address as NameID or attribute opens nothing (nOAuth)."""
    people.add_clerk(app, MAIL, "administrator")
    question = ask(staff_browser)
    mine = {"mail": [MAIL], "emailaddress": [MAIL]}
    answer = saml_issuer.to(question).but(name_id=MAIL, attributes=mine, context=saml_issuer.MFA)
    page = bring(staff_browser, app, question, answer)
    assert page.status == 400
    assert people.session_of(app) is None


def test_an_ended_clerk_stays_out(app: Flask, staff_browser: Browser, clerk: UUID) -> None:
    with app.app_context(), transaction() as session:
        accounts.end_staff(session, session.get_one(StaffAccount, clerk))
    question = ask(staff_browser)
    answer = saml_issuer.to(question).but(context=saml_issuer.MFA)
    assert bring(staff_browser, app, question, answer).status == 400
    assert people.session_of(app) is None


def test_an_invitation_binds_the_identity_once(app: Flask, staff_browser: Browser) -> None:
    with app.app_context(), transaction() as session:
        account = accounts.add_staff(
            session, email=MAIL, name="広報の書き手", roles=["author"], invited=True
        )
        token = invitations.make(session, account.id)
    staff_browser.get(f"/staff/invitation/{token}")
    question = ask(staff_browser, "/staff/invitation")
    answer = saml_issuer.to(question).but(name_id="oid-0002", context=saml_issuer.MFA)
    bring(staff_browser, app, question, answer)
    assert people.session_of(app) == ("aal2", ["saml", "mfa"])
    with app.app_context():
        bound = read().execute(text("SELECT count(*) FROM staff_identities")).scalar_one()
        assert bound == 1 and not invitations.known(token)


def test_fresh_proof_is_asked_of_the_issuer(
    app: Flask, staff_browser: Browser, clerk: UUID
) -> None:
    with app.app_context(), transaction() as session:
        account = session.get_one(StaffAccount, clerk)
        accounts.change_staff(session, account, {"roles": ["administrator"]})
    question = ask(staff_browser)
    answer = saml_issuer.to(question).but(context=saml_issuer.MFA)
    bring(staff_browser, app, question, answer)
    people.later(app, timedelta(minutes=6))
    page = staff_browser.get("/staff/accounts/new")
    assert page.path == "/staff/prove"
    again = ask(staff_browser, "/staff/prove")
    assert again.force
    stale = saml_issuer.to(again).but(authenticated=-30)
    assert bring(staff_browser, app, again, stale).status == 400
    staff_browser.get("/staff/accounts/new")
    again = ask(staff_browser, "/staff/prove")
    page = bring(staff_browser, app, again, saml_issuer.to(again))
    assert page.response.headers["Location"] == "/staff/accounts/new"
    assert staff_browser.get("/staff/accounts/new").path == "/staff/accounts/new"


@pytest.mark.parametrize(
    "saml_values",
    [{"roles_attribute": "groups", "roles": {"G-admin": "administrator", "G-koho": "author"}}],
)
def test_roles_come_from_the_issuer_where_it_is_set_up(
    app: Flask, staff_browser: Browser, clerk: UUID
) -> None:
    groups = {"groups": ["G-koho", "G-admin", "G-other"]}
    question = ask(staff_browser)
    answer = saml_issuer.to(question).but(context=saml_issuer.MFA, attributes=groups)
    bring(staff_browser, app, question, answer)
    assert "staff.manage" in (people.permissions_of(app) or [])
    leave(staff_browser)
    question = ask(staff_browser)
    nobody = saml_issuer.to(question).but(context=saml_issuer.MFA, attributes={"groups": ["x"]})
    assert bring(staff_browser, app, question, nobody).status == 400


def test_metadata_tell_the_issuer_who_we_are(app: Flask) -> None:
    page = app.test_client().get("/staff/saml/office/metadata", base_url=f"http://{STAFF_HOST}")
    assert page.status_code == 200
    assert f'entityID="http://{STAFF_HOST}/staff/saml/office/metadata"' in page.text
    assert f'Location="http://{STAFF_HOST}/staff/saml/office/acs"' in page.text
    assert 'WantAssertionsSigned="true"' in page.text
    assert page.text.count("X509Certificate>") == 4  # one to verify, one to encrypt to

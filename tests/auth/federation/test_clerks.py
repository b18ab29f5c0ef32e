"""Clerks by their office's issuer: bound, invited or provisioned; never by mail (cases 21, 38)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from auth.staff import accounts, identities, invitations
from portal.core.db import transaction
from tests.auth import people
from tests.auth.federation import liar as lies
from tests.auth.federation.conftest import reasons
from tests.auth.federation.liar import Liar
from tests.browser import Browser, Page

CLERK = "clerk@city.example"
CALLBACK = "/staff/sign-in/with/entra/callback"
OTHER = "dddddddd-0000-4000-8000-000000000004"
ROLES = {"Mado.Author": "author", "Mado.Auditor": "auditor"}


@pytest.fixture(autouse=True)
def _keys(liar: Liar) -> None:
    liar.keys = [dict(lies.RSA.as_dict(private=False))]


def comes(browser: Browser, liar: Liar, page: str = "/staff/sign-in", **claims: Any) -> Page:
    """A clerk presses the office's button and comes back with these claims."""
    browser.get(page)
    away = browser.submit("庁内アカウント", follow=False)
    query = parse_qs(urlsplit(away.response.headers["Location"]).query)
    token = lies.entra_claims(liar, query["nonce"][0], **claims)
    liar.token = lambda form: lies.answered(lies.signed(token, lies.RSA))
    return browser.get(f"{CALLBACK}?code=x&state={query['state'][0]}")


def bound(app: Flask, liar: Liar, *roles: str) -> str:
    """A clerk whose account is bound to the object id; the secret of the app."""
    secret = people.add_clerk(app, CLERK, *roles)
    with app.app_context(), transaction() as session:
        account = accounts.find(session, CLERK)
        assert account is not None
        issuer = app.extensions["mado.federation"]["entra"].issuer.issuer
        identities.bind(session, account.id, issuer, f"{lies.TENANT}:{lies.OID}")
    return secret


def invited(app: Flask, *roles: str) -> str:
    """The path of a link an administrator hands out."""
    people.add_clerk(app, CLERK, *roles)
    with app.app_context(), transaction() as session:
        account = accounts.find(session, CLERK)
        assert account is not None
        return f"/staff/invitation/{invitations.make(session, account.id)}"


def test_a_bound_clerk_whose_office_asked_twice_is_in(
    app: Flask, staff_browser: Browser, liar: Liar
) -> None:
    bound(app, liar, "author")
    comes(staff_browser, liar, amr=["pwd", "mfa"])
    assert people.session_of(app) == ("aal2", ["oidc", "mfa"])
    assert people.permissions_of(app) == ["notices.view", "notices.write"]


def test_without_the_offices_second_step_ours_is_asked(
    app: Flask, staff_browser: Browser, liar: Liar
) -> None:
    secret = bound(app, liar, "author")
    page = comes(staff_browser, liar, amr=["pwd"])
    assert page.path == "/staff/sign-in/app"
    assert people.session_of(app) is None
    staff_browser.submit(code=people.app_code(secret))
    assert people.session_of(app) == ("aal2", ["oidc", "otp", "mfa"])


def test_mail_and_names_open_nothing(app: Flask, staff_browser: Browser, liar: Liar) -> None:
    people.add_clerk(app, CLERK, "administrator")
    for more in ({}, {"preferred_username": CLERK}, {"email_verified": True, "upn": CLERK}):
        assert comes(staff_browser, liar, amr=["mfa"], **more).status == 400
    assert reasons(app) == ["no_account"] * 3
    assert people.session_of(app) is None


def test_another_tenant_is_refused(app: Flask, staff_browser: Browser, liar: Liar) -> None:
    bound(app, liar, "author")
    other = "cccccccc-0000-4000-8000-000000000003"
    comes(staff_browser, liar, amr=["mfa"], tid=other)
    comes(staff_browser, liar, amr=["mfa"], iss=f"{liar.url}/{other}/v2.0", tid=other)
    comes(staff_browser, liar, amr=["mfa"], tid=None)
    comes(staff_browser, liar, amr=["mfa"], oid=None)
    comes(staff_browser, liar, amr=["mfa"], oid=f"{lies.OID}:x")
    assert reasons(app) == [
        "token_tid",
        "token_iss",
        "token_subject",
        "token_subject",
        "no_account",
    ]


def test_guests_are_refused(app: Flask, staff_browser: Browser, liar: Liar) -> None:
    bound(app, liar, "author")
    for guest in ({"idp": "live.com"}, {"idp": "https://sts.windows.net/x/"}, {"acct": 1}):
        comes(staff_browser, liar, amr=["mfa"], **guest)
    assert reasons(app) == ["guest"] * 3
    comes(staff_browser, liar, amr=["mfa"], acct=0, idp=f"https://sts.windows.net/{lies.TENANT}/")
    assert people.session_of(app) is not None


def test_an_ended_account_stays_closed(app: Flask, staff_browser: Browser, liar: Liar) -> None:
    bound(app, liar, "author")
    with app.app_context(), transaction() as session:
        account = accounts.find(session, CLERK)
        assert account is not None
        accounts.end_staff(session, account)
    comes(staff_browser, liar, amr=["mfa"])
    assert reasons(app) == ["no_account"]


def test_a_link_binds_the_identity_that_comes_with_it_once(
    app: Flask, staff_browser: Browser, liar: Liar
) -> None:
    link = invited(app, "author")
    staff_browser.get(link)
    comes(staff_browser, liar, "/staff/invitation", amr=["mfa"])
    assert people.session_of(app) == ("aal2", ["oidc", "mfa"])
    assert "staff.identity_bound" in people.actions(app)
    stranger = Browser(app, staff_browser.base)
    assert stranger.get(link).status == 409
    again = Browser(app, staff_browser.base)
    comes(again, liar, amr=["mfa"])
    assert people.actions(app).count("staff.identity_bound") == 1
    assert people.actions(app)[-1] == "sign_in.completed"


def test_a_bound_identity_does_not_take_another_account_by_a_link(
    app: Flask, staff_browser: Browser, liar: Liar
) -> None:
    bound(app, liar, "author")
    people.add_clerk(app, "chief@city.example", "administrator")
    with app.app_context(), transaction() as session:
        chief = accounts.find(session, "chief@city.example")
        assert chief is not None
        token = invitations.make(session, chief.id)
    staff_browser.get(f"/staff/invitation/{token}")
    comes(staff_browser, liar, "/staff/invitation", amr=["mfa"])
    assert people.permissions_of(app) == ["notices.view", "notices.write"]


def test_a_resident_has_no_callback_here_nor_a_clerk_there(
    app: Flask, browser: Browser, staff_browser: Browser
) -> None:
    assert browser.get(CALLBACK).status == 404
    assert browser.get("/sign-in/with/entra/callback").status == 404
    assert staff_browser.get("/sign-in/with/card/callback").status == 404
    assert staff_browser.get("/staff/sign-in/with/card/callback").status == 404


def test_mix_up_the_card_services_answer_at_the_clerks_callback(
    app: Flask, browser: Browser, staff_browser: Browser, liar: Liar
) -> None:
    """Each issuer has its own callback, state and client."""
    browser.get("/sign-in")
    page = browser.submit("カードでログイン", follow=False)
    state = parse_qs(urlsplit(page.response.headers["Location"]).query)["state"][0]
    staff_browser.get("/staff/sign-in")
    staff_browser.submit("庁内アカウント", follow=False)
    assert staff_browser.get(f"{CALLBACK}?code=x&state={state}").status == 400
    assert reasons(app) == ["state"]
    assert not [path for path, _, _ in liar.asked if path == "/token"]


class TestRoles:
    """Where the issuer gives the roles."""

    @pytest.fixture
    def entra_more(self) -> dict[str, Any]:
        return {"roles": ROLES}

    def test_roles_follow_the_issuer(self, app: Flask, staff_browser: Browser, liar: Liar) -> None:
        bound(app, liar, "administrator")
        people.add_clerk(app, "chief@city.example", "administrator")
        comes(staff_browser, liar, amr=["mfa"], roles=["Mado.Author", "Else", 7])
        assert people.permissions_of(app) == ["notices.view", "notices.write"]
        assert "staff.changed" in people.actions(app)

    def test_the_last_administrator_stays_one(
        self, app: Flask, staff_browser: Browser, liar: Liar
    ) -> None:
        bound(app, liar, "administrator")
        comes(staff_browser, liar, amr=["mfa"], roles=["Mado.Author"])
        assert "staff.manage" in (people.permissions_of(app) or [])
        assert "staff.roles_kept" in people.actions(app)
        assert "staff.changed" not in people.actions(app)

    def test_without_a_role_there_is_no_sign_in(
        self, app: Flask, staff_browser: Browser, liar: Liar
    ) -> None:
        bound(app, liar, "administrator")
        for roles in (None, [], ["Else"], "Mado.Author"):
            comes(staff_browser, liar, amr=["mfa"], roles=roles)
        assert reasons(app) == ["no_account"] * 4


class TestProvisioning:
    """Where accounts are made by rule."""

    @pytest.fixture
    def entra_more(self) -> dict[str, Any]:
        return {"roles": ROLES, "provision": True}

    def test_a_member_with_a_role_gets_an_account(
        self, app: Flask, staff_browser: Browser, liar: Liar
    ) -> None:
        comes(staff_browser, liar, amr=["mfa"], acct=0, name="窓口の職員")
        assert people.permissions_of(app) == ["notices.view", "notices.write"]
        comes(Browser(app, staff_browser.base), liar, amr=["mfa"], acct=0)
        assert people.actions(app).count("staff.added") == 1

    def test_others_get_none(self, app: Flask, staff_browser: Browser, liar: Liar) -> None:
        comes(staff_browser, liar, amr=["mfa"])  # nothing says that this is a member
        comes(staff_browser, liar, amr=["mfa"], acct=1)
        comes(staff_browser, liar, amr=["mfa"], acct=0, roles=["Else"])
        comes(staff_browser, liar, amr=["mfa"], acct=0, email="no address")
        assert reasons(app) == ["no_account", "guest", "no_account", "no_address"]

    def test_the_address_of_another_clerk_is_not_taken(
        self, app: Flask, staff_browser: Browser, liar: Liar
    ) -> None:
        people.add_clerk(app, CLERK, "administrator")
        assert comes(staff_browser, liar, amr=["mfa"], acct=0).status == 409
        assert people.session_of(app) is None


class TestProvingAnew:
    """Where the issuer tells when the clerk proved it."""

    @pytest.fixture
    def entra_more(self) -> dict[str, Any]:
        return {"max_age": 36_000}

    def test_a_clerk_proves_it_anew_at_the_office(
        self, app: Flask, staff_browser: Browser, liar: Liar
    ) -> None:
        bound(app, liar, "administrator")
        comes(staff_browser, liar, amr=["mfa"])
        people.later(app, timedelta(minutes=6))
        page = staff_browser.get("/staff/accounts/new")
        assert page.path == "/staff/prove"
        old = comes(staff_browser, liar, "/staff/prove", auth_time=int(time.time()) - 900)
        assert old.status == 400
        assert staff_browser.get("/staff/accounts/new").path == "/staff/prove"
        other = comes(staff_browser, liar, "/staff/prove", oid=OTHER)
        assert other.status == 400
        assert reasons(app) == ["token_auth_time", "other_account"]
        assert comes(staff_browser, liar, "/staff/prove").path == "/staff/accounts/new"

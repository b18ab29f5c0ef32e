"""Leaving: everything ends at once, comes back by a link, and is deleted after thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask import session as request_session
from sqlalchemy import text

from auth import flows, leaving, signing_in
from auth.errors import FlowOver
from auth.identities import Addresses
from auth.provider import clients, tool_consents
from auth.views import here
from portal.core.clock import now
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.linking.stories import MAIL, addresses, change, link_to, me, messages, rows
from tests.auth.people import LinePhone
from tests.browser import Browser
from tests.portal.signing_in import sign_in


@pytest.fixture
def sakura(app: Flask, browser: Browser, line: LinePhone) -> Browser:
    people.register_by_line(browser, app, line, MAIL)
    browser.submit("保管しました")
    return browser


def leave(browser: Browser) -> Any:
    browser.get("/account/leave")
    return browser.submit("退会する", sure="y")


def test_leaving_ends_everything_at_once(app: Flask, sakura: Browser, work: Any) -> None:
    """Attack 39: no live session, no grant at LINE, no half-done flow."""
    phone = sign_in(app, me(app, sakura))
    page = sakura.get("/account/leave")
    assert "30日後に、ここから消えるもの" in page.text
    assert sakura.submit("退会する").errors  # not without the tick
    assert leave(sakura).heading == "退会しました"
    work()
    for one in (sakura, phone):
        assert one.get("/account/security").path == "/sign-in"
    assert people.signed_in(app) == 0
    assert addresses(app) == []
    assert rows(app, "SELECT 1 FROM line_grants") == []
    assert {"account.left", "line.deauthorized"} <= set(people.actions(app))
    assert [to for to, _ in messages(app, "auth_left")] == [MAIL]


def test_a_sign_in_that_is_half_done_ends_with_the_account(
    app: Flask, sakura: Browser, other: Browser
) -> None:
    """Attack 39: one tab leaves while another is between the two steps."""
    people.first_by_mail(other, app, MAIL)
    assert other.get("/sign-in/second-step").status == 200
    leave(sakura)
    for path in ("/sign-in/second-step", "/sign-in/second-step/line"):
        assert other.get(path).status == 409
    assert other.get("/my").path == "/sign-in"
    assert people.signed_in(app) == 0


def test_a_sign_in_that_completes_this_very_moment_leaves_nobody_in(
    app: Flask, sakura: Browser
) -> None:
    """Attack 39: both steps are done, the session is not written yet, and the account leaves."""
    account = me(app, sakura)
    with app.test_request_context(base_url=sakura.base):
        with transaction() as session:
            proven = {"first": "email", "email_proven_at": now(), "second": "line"}
            flow = flows.begin(session, "sign_in", account_id=account, email=MAIL, **proven)
        with transaction() as session:
            held = flows.locked(session, str(flow.id), "sign_in")
            made = signing_in.finish(session, held, "ja")
        with transaction() as session:
            leaving.leave(session, account)
        request_session[here.FLOW] = str(flow.id)
        with pytest.raises(FlowOver):
            here.enter(made)
        assert here.server_session().subject_id is None
    assert people.signed_in(app) == 0


def test_tools_lose_their_tokens_and_consents(app: Flask, sakura: Browser) -> None:
    account = me(app, sakura)
    with app.app_context(), transaction() as session:
        client, _ = clients.add(
            session, name="施設予約", redirect_uris=["http://localhost:1/cb"], auth_method="none"
        )
        tool_consents.give(session, account, client, ["openid"], "ja")
    assert "施設予約" in sakura.get("/account/leave").text
    leave(sakura)
    [consent] = rows(app, "SELECT ended_at, ended_why FROM provider_consents")
    assert consent.ended_why == "withdrawn"
    assert "tool.disconnected" in people.actions(app)


def test_the_link_brings_the_account_back(app: Flask, sakura: Browser, other: Browser) -> None:
    leave(sakura)
    link = link_to(app, "auth_left", MAIL)
    other.get(link)
    assert addresses(app) == []  # looking changes nothing
    assert other.submit("アカウントを元に戻す").path == "/sign-in"
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    assert other.get(link).status == 404
    assert "account.came_back" in people.actions(app)


def test_who_registers_anew_begins_empty_and_the_old_link_is_over(
    app: Flask, sakura: Browser, other: Browser, line: LinePhone
) -> None:
    old = me(app, sakura)
    leave(sakura)
    people.register_by_line(other, app, line, MAIL)
    assert addresses(app) == [Addresses(line=SAKURA, email=MAIL)]
    assert me(app, other) != old
    assert other.get(link_to(app, "auth_left", MAIL)).status == 404


def test_after_thirty_days_nothing_is_left(app: Flask, sakura: Browser, other: Browser) -> None:
    account = me(app, sakura)
    leave(sakura)
    link = link_to(app, "auth_left", MAIL)
    with app.app_context():
        leaving.sweep()
    assert len(rows(app, "SELECT 1 FROM residents")) == 1
    change(app, "UPDATE departures SET erase_at = erase_at - interval '31 days'")
    with app.app_context():
        leaving.sweep()
    assert other.get(link).status == 404
    with app.app_context():
        tables = read().execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type = 'uuid'"
                " AND table_name NOT IN ('audit_entries')"
            )
        )
        for table, column in tables.all():
            query = f"SELECT count(*) FROM {table} WHERE {column} = :a"
            assert read().execute(text(query), {"a": account}).scalar() == 0, f"{table}.{column}"


def test_leaving_wants_fresh_proof(app: Flask, sakura: Browser) -> None:
    people.later(app, timedelta(minutes=6))
    assert sakura.get("/account/leave").path == "/sign-in/second-step"

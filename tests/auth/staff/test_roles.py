"""Roles are composed and limited; rights over people's data are given by two administrators."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.staff import accounts, rights
from auth.staff.accounts import StaffAccount
from auth.staff.operations import Limit
from portal.core.clock import today
from portal.core.db import transaction
from tests.auth import people
from tests.auth.desk import counter
from tests.browser import Browser

MAIL = "koho@city.example"


def account(app: Flask) -> StaffAccount:
    with app.app_context(), transaction() as session:
        found = accounts.find(session, MAIL)
    assert found is not None
    return found


def limit(app: Flask, **limits: Limit) -> bool:
    """Another administrator's act."""
    with app.app_context(), transaction() as session:
        found = accounts.find(session, MAIL)
        assert found is not None
        return rights.set_limits(session, found, limits, found.id)


@pytest.fixture
def second(app: Flask) -> Browser:
    return counter.clerk(app, 2, "administrator")


def test_a_role_is_composed_given_and_ended(
    app: Flask, administrator: Browser, other_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, MAIL, "author")
    administrator.get("/staff/roles/new")
    apart = ["staff.manage", "residents.assist"]
    page = administrator.submit("役割を作る", name="なんでも", operations=apart)
    assert "一つの役割にまとめられません" in page.text
    assert administrator.submit("役割を作る", name="広報 係", operations=["notices.view"]).errors
    page = administrator.submit("役割を作る", name="広報係", operations=["notices.view"])
    assert page.path == "/staff/roles" and "広報係" in page.text
    administrator.get(f"/staff/accounts/{account(app).id}/edit")
    administrator.submit("アカウントを保存", roles=["広報係"])
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    assert other_browser.get("/staff/notices").status == 200
    assert other_browser.get("/staff/notices/new").status == 403
    page = administrator.get("/staff/roles/end?role=広報係")
    assert "1 人" in page.text
    administrator.submit("今、終了する")
    assert other_browser.get("/staff/notices").path == "/staff/sign-in"
    assert administrator.get("/staff/roles/end?role=広報係").status == 404


def test_rights_over_people_wait_for_a_second_administrator(
    app: Flask, administrator: Browser, second: Browser
) -> None:
    people.add_clerk(app, MAIL, "author")
    administrator.get(f"/staff/accounts/{account(app).id}/edit")
    page = administrator.submit("アカウントを保存", roles=["author", "report_handler"])
    assert "別の管理者の承認" in page.text and account(app).roles == ["author"]
    assert "/agree" not in administrator.get("/staff/roles").html
    second.get("/staff/roles")
    second.submit("承認する")
    assert account(app).roles == ["author", "report_handler"]
    assert "承認待ちの権限はありません" in second.get("/staff/roles").text


def test_nobody_agrees_to_their_own_wish_and_who_asked_takes_it_back(
    app: Flask, administrator: Browser
) -> None:
    administrator.get("/staff/accounts/new")
    administrator.submit("アカウントを保存", email=MAIL, name="広報", roles=["auditor"])
    assert account(app).roles == []
    with app.app_context(), transaction() as session:
        (wish,) = rights.waiting(session)
    token = people.csrf_of(administrator)
    sent = administrator.client.post(
        f"/staff/rights/{wish.id}/agree",
        base_url=administrator.base,
        data={"csrf_token": token},
        headers={"Origin": administrator.base, "Referer": administrator.base + "/staff/"},
    )
    assert sent.status_code == 403 and account(app).roles == []
    administrator.get("/staff/roles")
    administrator.submit("取り下げる")
    with app.app_context(), transaction() as session:
        assert rights.waiting(session) == []


def test_a_table_gives_no_rights_over_people_by_one_clerk_alone(
    app: Flask, administrator: Browser, second: Browser
) -> None:
    people.add_clerk(app, MAIL, "author")
    administrator.get("/staff/accounts/import")
    table = f"email,name,roles\n{MAIL},広報,author auditor\n"
    administrator.submit("まず確かめる", table=(io.BytesIO(table.encode()), "t.csv"))
    administrator.submit("書き込む")
    assert account(app).roles == ["author"]
    second.get("/staff/roles")
    second.submit("承認する")
    assert account(app).roles == ["auditor", "author"]


def test_limits_hold_for_a_department_and_for_days(
    app: Flask, administrator: Browser, other_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, MAIL, "report_handler")
    administrator.get(f"/staff/accounts/{account(app).id}/limits")
    page = administrator.submit("範囲を保存", **{"department-0": "water"})
    assert page.path == f"/staff/accounts/{account(app).id}" and "範囲を保存しました" in page.text
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    assert people.permissions_of(app) == ["reports.handle@water", "reports.view@water"]
    assert other_browser.get("/staff/reports").status == 200
    assert other_browser.get("/staff/assist").status == 403
    # Wider again: a second administrator's matter. Narrower: at once.
    assert limit(app, report_handler=Limit()) is False
    assert limit(app, report_handler=Limit("water", until_day=today() - timedelta(days=1)))
    with app.app_context(), transaction() as session:
        found = accounts.find(session, MAIL)
        assert found is not None and rights.rights_of(session, found) == frozenset()


def test_limits_nobody_can_mean_are_refused(app: Flask) -> None:
    people.add_clerk(app, MAIL, "administrator")
    with pytest.raises(rights.NoLimits):
        limit(app, administrator=Limit("water"))
    with pytest.raises(rights.NoDepartments):
        limit(app, author=Limit("water"))


def test_a_session_ends_when_its_role_has_ended(
    app: Flask, other_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, MAIL, "author")
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    with app.app_context():
        with transaction() as session:
            session.execute(
                text(
                    "INSERT INTO staff_role_limits (staff_id, role, department, until_day)"
                    " SELECT id, 'author', '', :day FROM staff_accounts"
                ),
                {"day": today() - timedelta(days=1)},
            )
            session.execute(text("UPDATE sessions SET created_at = created_at - interval '1 day'"))
        assert rights.end_sessions_of_limited() == 1 and rights.end_sessions_of_limited() == 0

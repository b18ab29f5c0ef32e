"""Administrators look after clerks' accounts; invited clerks set up their own second step."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.staff import accounts, enrolment, role_changes
from auth.staff.accounts import StaffAccount
from auth.staff.role_changes import LastAdministrator, administrators_kept
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from tests.auth import people
from tests.browser import Browser

MAIL, ME = "koho@city.example", "joho@city.example"


def account(app: Flask, email: str = MAIL) -> StaffAccount:
    with app.app_context(), transaction() as session:
        found = accounts.find(session, email)
    assert found is not None
    return found


def links(app: Flask, to: str = MAIL) -> list[str]:
    with app.app_context(), transaction() as session:
        rows = session.query(OutboxMessage).filter_by(message="staff_invitation")
        return [row.params["link"] for row in rows.order_by(OutboxMessage.id) if row.to == to]


def page_of(app: Flask, email: str = MAIL, act: str = "") -> str:
    return f"/staff/accounts/{account(app, email).id}{act}"


def last_entry(app: Flask, action: str) -> Any:
    with app.app_context():
        found = read().execute(
            text("SELECT * FROM audit_entries WHERE action = :a ORDER BY id DESC LIMIT 1"),
            {"a": action},
        )
        return found.one()


def test_an_invited_clerk_sets_up_an_app_and_signs_in(
    app: Flask, administrator: Browser, other_browser: Browser, work: Any
) -> None:
    administrator.get("/staff/accounts/new")
    page = administrator.submit(
        "アカウントを保存", email="Koho@City.example", name="広報の書き手", roles=["author"]
    )
    assert page.heading == "広報の書き手" and "まだ設定されていません" in page.text
    assert last_entry(app, "staff.added").actor_id == account(app, ME).id
    (link,) = links(app)
    path = people.path_of(link)
    page = other_browser.get(path)
    assert page.path == "/staff/invitation" and link.rsplit("/", 1)[1] not in page.html
    page = other_browser.get(page.link("認証アプリ"))
    secret = people.secret_on(page)
    assert other_browser.submit(code="000000").errors
    page = other_browser.submit(code=people.app_code(secret))
    assert page.path == "/staff/sign-in"
    assert other_browser.get(path).status == 409  # once
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    # The code that proved the app is spent, the next one is good.
    other_browser.submit(code=people.app_code(secret, 1))
    assert other_browser.get("/staff/").status == 200


def test_an_invitation_never_replaces_a_second_step(
    app: Flask, administrator: Browser, other_browser: Browser
) -> None:
    people.add_clerk(app, MAIL, "author")
    administrator.get(page_of(app))
    administrator.submit("招待を送る")
    other_browser.get(people.path_of(links(app)[0]))
    page = other_browser.get("/staff/invitation/app")
    assert page.status == 409 and "もう設定されています" in page.text


def test_nobody_signs_in_without_a_second_step(
    app: Flask, staff_browser: Browser, work: Any
) -> None:
    with app.app_context(), transaction() as session:
        accounts.add_staff(session, email=MAIL, name="甲", roles=["author"], invited=True)
    staff_browser.get("/staff/sign-in")
    staff_browser.submit(email=MAIL)
    work()
    page = staff_browser.submit(code=people.sent_codes(app, MAIL)[-1])
    assert page.heading == "2段階目がまだ設定されていません"
    assert people.session_of(app) is None


def test_a_change_ends_sessions_at_once_and_is_told(
    app: Flask, administrator: Browser, other_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, MAIL, "author")
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    assert other_browser.get("/staff/").path == "/staff/"
    administrator.get(page_of(app, act="/edit"))
    administrator.submit("アカウントを保存", name="広報")
    assert other_browser.get("/staff/").path == "/staff/"  # a name changes nothing that counts
    administrator.get(page_of(app, act="/edit"))
    administrator.submit("アカウントを保存", roles=["approver"])
    assert other_browser.get("/staff/").path == "/staff/sign-in"
    entry = last_entry(app, "staff.changed")
    assert entry.details["fields"] == ["roles"] and entry.details["roles"] == ["approver"]


def test_ending_and_resetting(
    app: Flask, administrator: Browser, other_browser: Browser, work: Any
) -> None:
    secret = people.add_clerk(app, MAIL, "author")
    people.staff_signs_in(other_browser, app, work, MAIL, secret)
    administrator.get(page_of(app, act="/reset"))
    page = administrator.submit("今、取り消す")
    assert "招待メール" in page.html and account(app).totp_secret is None
    assert other_browser.get("/staff/").path == "/staff/sign-in" and len(links(app)) == 1
    administrator.get(page_of(app, act="/end"))
    page = administrator.submit("今、終了する")
    assert "終了" in page.text and account(app).state_on(today()) == "ended"
    other_browser.get(people.path_of(links(app)[0]))
    assert other_browser.get("/staff/invitation/app").status == 409
    assert administrator.get(page_of(app, act="/reset")).status == 200
    assert administrator.submit("今、取り消す").status == 404


def test_the_last_administrator_stays(app: Flask, administrator: Browser) -> None:
    alone = "管理者がいなくなる"
    administrator.get(page_of(app, ME, "/edit"))
    assert alone in administrator.submit("アカウントを保存", roles=["author"]).text
    tomorrow = (today() + timedelta(days=1)).isoformat()
    page = administrator.submit("アカウントを保存", roles=["administrator"], ends_on=tomorrow)
    assert alone in page.text
    administrator.get(page_of(app, ME, "/end"))
    assert administrator.submit("今、終了する").status == 409
    assert account(app, ME).ends_on is None
    people.add_clerk(app, MAIL, "administrator")
    administrator.get(page_of(app, ME, "/end"))
    assert administrator.submit("今、終了する").path == "/staff/sign-in"


def test_two_administrators_do_not_end_each_other_at_once(app: Flask) -> None:
    for email in ("a@city.example", "b@city.example"):
        people.add_clerk(app, email, "administrator")
    refused = []

    def end_the_other() -> None:
        mine = emails.pop()
        try:
            with transaction() as session:
                with administrators_kept(session):
                    found = accounts.find(session, mine)
                    assert found is not None
                    accounts.end_staff(session, found)
                time.sleep(0.3)  # not committed yet: the other one sees nothing of it
        except LastAdministrator:
            refused.append(mine)

    emails = ["a@city.example", "b@city.example"]
    people.at_once(app, 2, end_the_other)
    assert len(refused) == 1


def test_fresh_proof_is_asked_before_accounts_change(app: Flask, administrator: Browser) -> None:
    people.add_clerk(app, MAIL, "author")
    secret = account(app, ME).totp_secret
    assert secret
    administrator.get(page_of(app))
    people.later(app, timedelta(minutes=6))
    # Forms that were open before are not taken either.
    assert administrator.submit("招待を送る").path == "/staff/prove"
    assert not links(app)
    for path in ("/new", "/import", f"/{account(app).id}/edit", f"/{account(app).id}/end"):
        assert administrator.get(f"/staff/accounts{path}").path == "/staff/prove", path
    assert administrator.submit(code=people.wrong(people.app_code(secret, 1))).errors
    page = administrator.submit(code=people.app_code(secret, 1))
    assert page.path == page_of(app, act="/end")


def test_who_only_looks_can_not_change(app: Flask, staff_browser: Browser, work: Any) -> None:
    people.add_clerk(app, ME, "administrator")
    secret = people.add_clerk(app, MAIL, "auditor")
    people.staff_signs_in(staff_browser, app, work, MAIL, secret)
    page = staff_browser.get("/staff/accounts?q=JOHO")
    assert ME in page.text and MAIL not in page.text
    assert "職員を加える" not in page.text
    for act in ("/edit", "/end", "/reset"):
        assert staff_browser.get(page_of(app, ME, act)).status == 403
    token = people.csrf_of(staff_browser)
    for act in ("/invitation", "/unbind", "/end"):
        sent = staff_browser.client.post(
            page_of(app, ME, act),
            base_url=staff_browser.base,
            data={"csrf_token": token},
            headers={"Origin": staff_browser.base, "Referer": staff_browser.base + "/staff/"},
        )
        assert sent.status_code == 403


def test_the_list_is_searched_by_words_and_state(app: Flask, administrator: Browser) -> None:
    with app.app_context(), transaction() as session:
        for number, begins in enumerate((date(2999, 1, 1), today())):
            email = f"c{number}@city.example"
            accounts.add_staff(session, email=email, name="乙", roles=["author"], starts_on=begins)
    page = administrator.get("/staff/accounts?state=coming")
    assert "c0@city.example" in page.text and "c1@city.example" not in page.text
    assert "2999-01-01 から" in page.text
    assert ME in administrator.get("/staff/accounts?q=joho@").text


def test_roles_change_on_their_day(app: Flask) -> None:
    people.add_clerk(app, MAIL, "author")
    with app.app_context(), transaction() as session:
        found = accounts.find(session, MAIL)
        assert found is not None
        role_changes.schedule(session, found, ["approver"], today() + timedelta(days=1))
    with app.app_context():
        assert role_changes.apply_due() == 0
        with transaction() as session:
            sql = text("UPDATE staff_role_changes SET from_day = :day")
            session.execute(sql, {"day": today() - timedelta(days=1)})
        assert role_changes.apply_due() == 1
        assert role_changes.apply_due() == 0
    assert account(app).roles == ["approver"]
    assert last_entry(app, "staff.changed").details["by"] == "date"


def test_the_invitation_mail_is_written_in_both_languages(app: Flask) -> None:
    from notifications.channels import rendering

    params = {"link": "http://staff.localhost/x", "days": 7, "starts_on": "2026-04-01"}
    with app.app_context():
        japanese = rendering.mail("staff_invitation", params, "ja")
        english = rendering.mail("staff_invitation", params, "en")
    assert "職員アカウント" in japanese.subject and "2026-04-01" in japanese.text
    assert params["link"] in english.text and params["link"] in english.html
    assert re.search("set up", english.subject)


@pytest.mark.parametrize("ended", [True, False])
def test_a_mail_link_is_not_used_up_by_scanners(
    app: Flask, staff_browser: Browser, ended: bool
) -> None:
    with app.app_context(), transaction() as session:
        made = accounts.add_staff(session, email=MAIL, name="甲", roles=["author"], invited=True)
        enrolment.invite(session, made)
    path = people.path_of(links(app)[0])
    for _ in range(3):
        assert staff_browser.get(path).path == "/staff/invitation"
    if ended:
        with app.app_context(), transaction() as session:
            accounts.end_staff(session, session.get_one(StaffAccount, made.id))
        assert staff_browser.get("/staff/invitation/app").status == 409

"""At the counter: who may do what, never one clerk alone, and nobody browses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from auth.staff.roles import ROLES
from portal.core.db import read, transaction
from tests.auth import people
from tests.auth.conftest import SAKURA
from tests.auth.desk import counter
from tests.auth.desk.counter import BIRTHDATE, MAIL
from tests.browser import Browser, Page


def code_count(app: Flask) -> int:
    with app.app_context():
        count = "SELECT count(*) FROM recovery_cases WHERE code_index IS NOT NULL"
        return int(read().execute(text(count)).scalar_one())


def searches(app: Flask) -> list[dict[str, object]]:
    with app.app_context():
        rows = "SELECT details FROM audit_entries WHERE action = 'assist.searched' ORDER BY at"
        return list(read().execute(text(rows)).scalars())


def test_only_who_answers_residents_may(app: Flask) -> None:
    for role in ROLES:
        page = counter.clerk(app, list(ROLES).index(role), role).get("/staff/assist")
        assert page.status == (200 if role == "report_handler" else 403), role


def test_who_asked_can_not_agree(app: Flask) -> None:
    counter.sakura(app)
    first = counter.clerk(app, 1)
    case = counter.asks(first, "phone")
    assert "同意して" not in case.text
    token = first.page.form().all("input")[0].attributes["value"] if first.page else ""
    headers = {"Origin": first.base, "Referer": first.base + case.path}
    data = {"csrf_token": token}
    answer = first.client.post(first.base + case.path + "/approve", data=data, headers=headers)
    assert answer.status_code == 403
    assert code_count(app) == 0


def test_the_database_itself_wants_two(app: Flask) -> None:
    counter.sakura(app)
    counter.asks(counter.clerk(app, 1), "phone")
    for change in (
        "decided_by = asked_by, approved_at = now()",
        "approved_at = now()",
        "used_at = now()",
    ):
        with (
            app.app_context(),
            pytest.raises(IntegrityError),
            transaction() as session,
        ):
            session.execute(text(f"UPDATE recovery_cases SET {change}"))


def test_a_second_clerk_agrees_once_and_sees_the_code_once(app: Flask) -> None:
    counter.sakura(app)
    case = counter.asks(counter.clerk(app, 1), "phone")
    second = counter.clerk(app, 2)
    second.get(case.path)
    page = second.submit("同意して")
    code = counter.code_on(page)
    assert people.codes_on(second.get("/staff/assist/paper")) == []
    assert "同意して" not in second.get(case.path).text
    with app.app_context():
        kept = read().execute(text("SELECT * FROM recovery_cases")).one()
    assert code not in str(kept) and code_count(app) == 1


def test_refused_or_too_late_there_is_no_code(app: Flask) -> None:
    counter.sakura(app)
    first, second = counter.clerk(app, 1), counter.clerk(app, 2)
    case = counter.asks(first, "phone")
    second.get(case.path)
    second.submit("断る")
    assert "同意して" not in second.get(case.path).text
    late = counter.asks(first, "phone")
    second.get(late.path)
    counter.pass_by(app, 2.1)
    assert second.submit("同意して").status == 409
    assert code_count(app) == 0


def test_a_new_request_takes_the_place_of_the_old_one(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    old = counter.desk_code(app, "phone")
    counter.asks(counter.clerk(app, 3), "phone")
    counter.by_mail(browser, app)
    assert browser.submit(lost="phone", code=old).errors


def test_the_document_must_be_of_this_person(app: Flask) -> None:
    counter.sakura(app)
    desk = counter.clerk(app, 1)
    counter.finds(desk, email=MAIL)
    nothing: dict[str, Any] = {}
    for path, more in (("list", nothing), ("recovery", {"lost": "phone"})):
        desk.get(f"/staff/assist/{path}")
        wrong = BIRTHDATE | {"birthdate-day": "5"}
        assert "この登録の生年月日と違います" in desk.submit(seen="licence", **more, **wrong).text
    assert code_count(app) == 0
    assert people.actions(app).count("assist.refused") == 2
    for _ in range(8):
        desk.submit(seen="licence", lost="phone", **wrong)
    page = desk.submit(seen="licence", lost="phone", **BIRTHDATE)
    assert page.status == 429  # nor can birthdates be tried out


def found(page: Page) -> bool:
    return page.path == "/staff/assist/person"


def test_a_resident_is_found_exactly_or_not(app: Flask) -> None:
    counter.sakura(app)
    desk = counter.clerk(app, 1)
    assert found(counter.finds(desk, email="ＳＡＫＵＲＡ@home.example"))
    assert found(counter.finds(desk, name=" さくら", **BIRTHDATE))
    assert not found(counter.finds(desk, email="sakura"))
    assert not found(counter.finds(desk, email="%"))
    assert not found(counter.finds(desk, name="さ", **BIRTHDATE))
    assert not found(counter.finds(desk, name="さくら"))  # not complete: not searched
    counter.sakura(app, email="other@home.example")  # a namesake born on the same day
    assert not found(counter.finds(desk, name="さくら", **BIRTHDATE))
    kept = searches(app)
    assert [one["found"] for one in kept] == [True, True, False, False, False, False]
    assert MAIL not in str(kept) and "さくら" not in str(kept)


def test_the_clerk_sees_no_more_than_needed(app: Flask) -> None:
    counter.sakura(app, line=SAKURA)
    desk = counter.clerk(app, 1)
    page = counter.finds(desk, email=MAIL)
    for secret in (MAIL, SAKURA, "さくら", "1951"):
        assert secret not in page.html


def test_searching_has_a_limit(app: Flask) -> None:
    desk = counter.clerk(app, 1)
    for number in range(30):
        assert counter.finds(desk, email=f"n{number}@home.example").status == 200
    page = counter.finds(desk, email="n31@home.example")
    assert page.status == 429 and int(page.response.headers["Retry-After"]) > 0


def test_a_counter_number_finds_once(app: Flask, browser: Browser) -> None:
    counter.sakura(app)
    people.first_by_mail(browser, app, MAIL)
    browser.get("/sign-in/desk")
    page = browser.submit("受付番号を出す")
    number = page.root.all("b")
    shown = next(e.text for e in number if "stat-value" in e.attributes.get("class", ""))
    desk = counter.clerk(app, 1)
    assert found(counter.finds(desk, number=shown))
    assert not found(counter.finds(desk, number=shown))


def test_a_stranger_gets_no_counter_number(app: Flask, browser: Browser) -> None:
    assert "受付番号を出す" not in browser.get("/sign-in/desk").text
    people.begun_by_mail(browser, app, MAIL)
    assert "受付番号を出す" not in browser.get("/sign-in/desk").text


def test_nobody_stands_at_the_counter_for_ever(app: Flask) -> None:
    counter.sakura(app)
    desk = counter.clerk(app, 1)
    assert desk.get("/staff/assist/person").status == 404
    counter.finds(desk, email=MAIL)
    with app.app_context(), transaction() as session:
        session.execute(
            text(
                "UPDATE sessions SET data = jsonb_set(data, '{assist,over}', '1') "
                "WHERE face = 'staff'"
            )
        )
    assert desk.get("/staff/assist/person").status == 404
    assert desk.get("/staff/assist/list").status == 404


def test_a_case_of_the_residents_own_is_not_the_counters(app: Flask, browser: Browser) -> None:
    codes = counter.paper_codes(app, counter.sakura(app))
    counter.by_mail(browser, app)
    browser.submit(lost="line", code=codes[0])
    with app.app_context():
        case: UUID = read().execute(text("SELECT id FROM recovery_cases")).scalar_one()
    assert counter.clerk(app, 1).get(f"/staff/assist/recovery/{case}").status == 404

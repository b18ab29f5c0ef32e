"""Stories of My Page in a strict browser: what is due, for whom, why, and the acts about it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue import ages
from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.mypage.acts import KeepsNoAct, NotThen, complete, dismiss, postpone, undo
from portal.mypage.models import TodoAct
from portal.mypage.todos import Todo
from portal.residents.family import (
    Card,
    add_person,
    own_person,
    remove_person,
    restore_person,
    silence_person,
)
from portal.residents.models import Person, Relation
from tests.browser import Browser
from tests.portal.signing_in import new_resident, resident_born, sign_in

CHECK = "1歳6か月児健診"
YEARLY = "vac_flu"


@pytest.fixture
def parent(app: Flask) -> UUID:
    """A parent whose child reached one and a half years last week."""
    me = resident_born(app, ages.add_months(today(), -30 * 12), nickname="すみれ", sex="F")
    born = ages.add_months(today(), -18) - timedelta(days=7)
    add(app, me, Card(relation=Relation.CHILD, nickname="あおば", birthdate=born))
    return me


@pytest.fixture
def browser_of_parent(app: Flask, parent: UUID) -> Browser:
    return sign_in(app, parent)


def add(app: Flask, me: UUID, card: Card) -> UUID:
    with app.app_context(), transaction() as session:
        return add_person(session, me, card).id


def child_of(app: Flask, me: UUID) -> UUID:
    with app.app_context():
        found = select(Person.id).where(Person.resident_id == me, Person.relation == "child")
        return UUID(str(read().execute(found).scalar_one()))


def test_a_child_of_eighteen_months_has_the_check_up_with_its_reason(
    browser_of_parent: Browser,
) -> None:
    page = browser_of_parent.get("/my")
    assert page.heading == "マイページ"
    assert CHECK in page.text
    assert "あおばさんが" in page.text
    assert "1歳6か月になったためです。" in page.text
    assert "母子健康手帳" in page.text
    assert "こども家庭センター" in page.text
    assert "母子保健法12条" in page.text


@pytest.mark.parametrize(
    ("button", "said", "word"),
    [("できた", "「できた」にしました", "できた"), ("対象外", "かくしました", "うちは対象外")],
)
def test_done_and_not_ours_leave_the_page_and_can_be_undone(
    browser_of_parent: Browser, button: str, said: str, word: str
) -> None:
    browser_of_parent.get("/my")
    page = browser_of_parent.submit(f"{button} : {CHECK}")
    assert said in page.text
    assert f"{CHECK}」" in page.text
    assert not has_todo(page.text)

    assert word in browser_of_parent.get("/my/done").text
    browser_of_parent.get("/my")
    browser_of_parent.get("/my/done")
    page = browser_of_parent.submit(f"元にもどす : {CHECK}")
    assert page.path == "/my/done"
    assert has_todo(browser_of_parent.get("/my").text)


def has_todo(text: str) -> bool:
    return f"できた : {CHECK}" in text


def test_the_undo_beside_the_message_works(browser_of_parent: Browser) -> None:
    browser_of_parent.get("/my")
    browser_of_parent.submit(f"できた : {CHECK}")
    page = browser_of_parent.submit("元にもどす")
    assert "元にもどしました" in page.text
    assert has_todo(page.text)


def test_later_hides_until_the_chosen_day(app: Flask, browser_of_parent: Browser) -> None:
    page = browser_of_parent.get("/my")
    browser_of_parent.get(page.link(f"あとで : {CHECK}"))
    page = browser_of_parent.submit("あとでにする", when="fortnight")
    assert page.path == "/my"
    assert not has_todo(page.text)
    with app.app_context():
        until = read().execute(select(TodoAct.until)).scalar_one()
    assert until == today() + timedelta(days=14)
    assert "にまた出ます" in browser_of_parent.get("/my/done").text


@pytest.mark.parametrize(
    ("days", "said"), [(0, "今日から1年以内"), (400, "今日から1年以内"), (None, "年、月、日")]
)
def test_later_takes_only_days_to_come(
    browser_of_parent: Browser, days: int | None, said: str
) -> None:
    page = browser_of_parent.get("/my")
    browser_of_parent.get(page.link(f"あとで : {CHECK}"))
    parts = {"day-year": "", "day-month": "", "day-day": ""}
    if days is not None:
        day = today() + timedelta(days=days)
        parts = {"day-year": str(day.year), "day-month": str(day.month), "day-day": str(day.day)}
    page = browser_of_parent.submit("あとでにする", follow=True, when="day", **parts)
    assert page.path.endswith("/postponement")
    assert said in page.text


def test_a_postponed_to_do_comes_back_on_its_day(app: Flask, parent: UUID) -> None:
    from portal.mypage.relatives import relatives_of
    from portal.mypage.todos import todos_of

    child, day = child_of(app, parent), today()
    with app.app_context(), transaction() as session:
        until = day + timedelta(days=7)
        postpone(session, parent, child, "check_18m", "", until=until, today=day)
    with app.test_request_context():
        for ahead, there in ((6, False), (7, True)):
            then = day + timedelta(days=ahead)
            found = todos_of(relatives_of(parent, then), then)
            keys = {todo.service.key for todos in found.groups.values() for todo in todos}
            assert ("check_18m" in keys) is there


def test_acts_are_rows_with_their_audit_and_repeat_harmlessly(app: Flask, parent: UUID) -> None:
    child = child_of(app, parent)
    with app.app_context():
        for act in (complete, complete, dismiss, undo, undo):
            with transaction() as session:
                act(session, parent, child, "check_18m", "")
        rows = read().execute(select(TodoAct.kind, TodoAct.undone_at)).all()
        entries = read().execute(select(AuditEntry.action)).scalars().all()
    assert [row.kind for row in rows] == ["done", "done", "dismissed"]
    assert all(row.undone_at for row in rows)
    todo_entries = [entry for entry in entries if entry.startswith("todo.")]
    assert todo_entries == ["todo.completed"] * 2 + ["todo.dismissed"] + ["todo.undone"] * 2


def test_nobody_acts_on_the_people_of_others(app: Flask, parent: UUID) -> None:
    stranger = resident_born(app, ages.add_months(today(), -400))
    child = child_of(app, parent)
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        complete(session, stranger, child, "check_18m", "")
    browser = sign_in(app, stranger)
    browser.get("/family")
    token = next(
        field.attributes["value"]
        for field in browser.get("/account/profile/edit").root.all("input")
        if field.attributes.get("name") == "csrf_token"
    )
    assert browser.get(f"/todos/{child}/check_18m/postponement").status == 404
    looks = set()
    for person in (child, "0190f5e0-0000-7000-8000-000000000000"):
        for noun in ("completion", "dismissal", "undo", "postponement"):
            answer = browser.client.post(
                f"http://localhost:8000/todos/{person}/check_18m/{noun}",
                data={"csrf_token": token, "when": "week"},
                headers={"Origin": "http://localhost:8000"},
            )
            title = answer.get_data(as_text=True).split("<h1>")[1].split("</h1>")[0]
            looks.add((answer.status_code, title))
    assert len(looks) == 1
    assert looks.pop()[0] == 404


def test_sensitive_services_keep_no_act(app: Flask, parent: UUID) -> None:
    from portal.catalogue.load import load_catalogue

    sensitive = next(each for each in load_catalogue().services if each.sensitive)
    child = child_of(app, parent)
    for act in (complete, dismiss, undo):
        with app.app_context(), pytest.raises(KeepsNoAct), transaction() as session:
            act(session, parent, child, sensitive.key, "")
    page = sign_in(app, parent).get(f"/services/{sensitive.key}")
    assert "記録を残しません" in page.text
    assert "できた" not in [form.text for form in page.root.all("form")]


@pytest.mark.parametrize("ahead", [0, 400])
def test_putting_off_is_for_days_within_a_year(app: Flask, parent: UUID, ahead: int) -> None:
    child, day = child_of(app, parent), today()
    until = day + timedelta(days=ahead)
    with app.app_context(), pytest.raises(NotThen), transaction() as session:
        postpone(session, parent, child, "check_18m", "", until=until, today=day)


def test_two_presses_at_once_leave_one_standing_act(app: Flask, parent: UUID) -> None:
    child = child_of(app, parent)

    def press(_: int) -> None:
        with app.app_context(), transaction() as session:
            complete(session, parent, child, "check_18m", "")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(8)))
    with app.app_context():
        rows = read().execute(select(TodoAct.undone_at)).scalars().all()
    assert len(rows) == 8
    assert [row for row in rows if row is None] == [None]


@pytest.mark.parametrize("occurrence", ["x", "2026-1-1", "2026-11-20' --", "٢٠٢٦", "20261120"])
def test_made_up_occurrences_are_refused(app: Flask, parent: UUID, occurrence: str) -> None:
    child = child_of(app, parent)
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        complete(session, parent, child, "check_18m", occurrence)


def test_acts_come_back_with_a_card_that_was_removed(app: Flask, parent: UUID) -> None:
    child = child_of(app, parent)
    with app.app_context(), transaction() as session:
        complete(session, parent, child, "check_18m", "")
        removal = remove_person(session, own_person(session, parent, child)).id
    with app.app_context(), transaction() as session:
        assert session.scalar(select(TodoAct)) is None
        restore_person(session, parent, removal)
    with app.app_context():
        assert read().execute(select(TodoAct.kind)).scalar_one() == "done"
    assert not has_todo(sign_in(app, parent).get("/my").text)


def test_a_yearly_service_comes_again_after_it_was_done(app: Flask) -> None:
    """Influenza for people of 65: done this season, open again in the next."""
    from portal.mypage.relatives import relatives_of
    from portal.mypage.todos import todos_of

    day = date(2026, 11, 1)
    me = resident_born(app, date(1950, 1, 1))

    def flu(then: date) -> Todo | None:
        with app.test_request_context():
            found = todos_of(relatives_of(me, then), then)
        todos = (todo for each in found.groups.values() for todo in each)
        return next((todo for todo in todos if todo.service.key == YEARLY), None)

    todo = flu(day)
    assert todo is not None
    assert todo.occurrence
    with app.app_context(), transaction() as session:
        complete(session, me, todo.relative.id, YEARLY, todo.occurrence)
    assert flu(day) is None
    assert flu(date(2027, 11, 1)) is not None


def test_nothing_is_shown_about_a_silenced_person(app: Flask, parent: UUID) -> None:
    child = child_of(app, parent)
    with app.app_context(), transaction() as session:
        person = session.get(Person, child)
        assert person is not None
        silence_person(session, person)
    page = sign_in(app, parent).get("/my")
    assert CHECK not in page.text
    assert "あおば" not in page.text


def test_one_person_can_be_looked_at_alone(app: Flask, parent: UUID) -> None:
    browser = sign_in(app, parent)
    page = browser.get("/my")
    page = browser.get(page.link("すみれ"))
    assert CHECK not in page.text
    page = browser.get(page.link("あおば"))
    assert CHECK in page.text
    page = browser.submit(f"できた : {CHECK}")
    assert page.url.endswith(f"?person={child_of(app, parent)}")


def test_services_without_confirmed_dates_show_none(app: Flask, parent: UUID) -> None:
    from portal.catalogue.load import load_catalogue

    unconfirmed = [each for each in load_catalogue().services if not each.confirmed]
    browser = sign_in(app, parent)
    page = browser.get("/my")
    assert "市の案内をご確認ください" in page.text
    for service in unconfirmed[:5]:
        page = browser.get(f"/services/{service.key}")
        assert "市の案内をご確認ください" in page.text
        assert not page.root.all("time")


def test_a_new_resident_is_asked_for_the_birthdate(app: Flask) -> None:
    page = sign_in(app, new_resident(app)).get("/my")
    assert "生年月日を入れると" in page.text
    assert page.link("入れる").endswith("/welcome")


def test_a_person_without_birthdate_is_named(app: Flask, parent: UUID) -> None:
    add(app, parent, Card(relation=Relation.PARENT, nickname="ふじ"))
    page = sign_in(app, parent).get("/my")
    assert "ふじさんの生年月日がまだ入っていません" in page.text


def test_when_nothing_is_due_the_page_says_so(app: Flask) -> None:
    me = resident_born(app, ages.add_months(today(), -30 * 12), sex="M")
    browser = sign_in(app, me)
    page = browser.get("/my")
    while "対象外" in page.text:
        page = browser.submit("対象外")
    assert "今、やることはありません" in page.text


@pytest.mark.parametrize("others", [0, 11])
def test_a_page_costs_four_queries_whatever_the_family(
    app: Flask,
    others: int,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    me = resident_born(app, ages.add_months(today(), -480), nickname="すみれ")
    for years in range(others):
        born = ages.add_months(today(), -12 * years - 5)
        child = add(app, me, Card(relation=Relation.CHILD, nickname=f"{years}", birthdate=born))
        with app.app_context(), transaction() as session:
            complete(session, me, child, "vac_mr1", "")
    browser = sign_in(app, me)
    browser.get("/my")  # the first page of a session writes its CSRF token
    with count_queries() as statements:
        page = browser.get("/my")
    assert page.status == 200
    assert len(statements) <= 4, "\n".join(statements)


def test_signed_out_visitors_are_asked_to_sign_in(browser: Browser) -> None:
    page = browser.get("/my", follow=False)
    assert page.status == 303
    assert "next=/my" in page.response.headers["Location"].replace("%2F", "/")


def test_names_can_not_break_the_page(app: Flask, parent: UUID) -> None:
    born = ages.add_months(today(), -19)
    add(app, parent, Card(relation=Relation.CHILD, nickname='<b>"&', birthdate=born))
    page = sign_in(app, parent).get("/my")
    assert '<b>"&さんが' in page.text
    assert "&lt;b&gt;" in page.html


def test_english_all_the_way(app: Flask, parent: UUID) -> None:
    browser = sign_in(app, parent)
    page = browser.get("/my?lang=en")
    assert page.heading == "My Page"
    assert "Because" in page.text
    for path in ("/family", "/my/done", "/account/profile", "/services/check_18m"):
        text = browser.get(path).text.replace("すみれ", "").replace("あおば", "")
        kana = [letter for letter in text if "ぁ" <= letter <= "ヺ"]
        assert not kana, f"{path}: {''.join(kana)}"

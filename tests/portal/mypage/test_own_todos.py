"""Stories of to-dos in one's own words, and of notes and ready things on the city's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.catalogue import ages
from portal.core.audit import AuditEntry
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.mypage import notes, own
from portal.mypage.acts import KeepsNoAct
from portal.mypage.own_models import OwnTodo, TodoNote
from portal.mypage.written import own_group
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
from tests.portal.signing_in import resident_born, sign_in

CHECK = "1歳6か月児健診"


@pytest.fixture
def parent(app: Flask) -> UUID:
    """A parent of a child of a year and a half."""
    return resident_born(app, ages.add_months(today(), -30 * 12), nickname="すみれ")


@pytest.fixture
def child(app: Flask, parent: UUID) -> UUID:
    born = ages.add_months(today(), -18) - timedelta(days=7)
    with app.app_context(), transaction() as session:
        card = Card(relation=Relation.CHILD, nickname="あおば", birthdate=born)
        return add_person(session, parent, card).id


@pytest.fixture
def at_home(app: Flask, parent: UUID, child: UUID) -> Browser:
    return sign_in(app, parent)


def parts(day: date) -> dict[str, Any]:
    return {"day-year": str(day.year), "day-month": str(day.month), "day-day": str(day.day)}


def test_a_to_do_of_ones_own_is_written_done_and_brought_back(at_home: Browser) -> None:
    at_home.get("/my/todos/new")
    page = at_home.submit("保存", title="絵本を図書館に返す", note="3冊", **parts(today()))
    assert page.path == "/my"
    assert "絵本を図書館に返す" in page.text
    assert "3冊" in page.text
    assert "あなたが書いたものです" in page.text
    page = at_home.submit("できた : 絵本を図書館に返す")
    assert "絵本を図書館に返す" not in page.text
    assert "絵本を図書館に返す" in at_home.get("/my/done").text
    page = at_home.submit("元にもどす : 絵本を図書館に返す")
    assert page.path == "/my/done"
    page = at_home.get("/my")
    page = at_home.submit("消す : 絵本を図書館に返す")
    assert "7日間" in page.text
    page = at_home.submit("元にもどす")
    assert "絵本を図書館に返す" in page.text


def test_it_is_changed_where_it_stands(at_home: Browser, child: UUID) -> None:
    at_home.get("/my/todos/new")
    page = at_home.submit("保存", title="写真", person=str(child))
    at_home.get(page.link("変える : 写真"))
    page = at_home.submit("保存", title="写真を選ぶ", person="")
    assert "写真を選ぶ" in page.text


@pytest.mark.parametrize(
    ("days", "group"),
    [(None, "open"), (-1, "overdue"), (0, "soon"), (13, "soon"), (14, "open")],
)
def test_its_state_follows_from_its_day(days: int | None, group: str) -> None:
    day = date(2026, 11, 20)
    assert own_group(day + timedelta(days=days) if days is not None else None, day) == group


def test_sensitive_words_are_asked_about_once(at_home: Browser, app: Flask) -> None:
    at_home.get("/my/todos/new")
    page = at_home.submit("保存", title="病院の検査結果を聞く")
    assert page.path == "/my/todos/new"
    assert page.errors
    page = at_home.submit("保存", keep_anyway="y")
    assert page.path == "/my"
    at_home.get("/my/todos/new")
    page = at_home.submit("保存", title="番号", note="123456789018", follow=True)
    assert "マイナンバー" in " ".join(page.errors)


def test_what_is_written_lies_encrypted_in_the_database(app: Flask, parent: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            own.add(session, parent, own.Words("ひみつの用事", "だれにも言わない"))
        row = read().execute(text("SELECT title, note FROM own_todos")).one()
    assert "ひみつ".encode() not in bytes(row.title) + bytes(row.note)


def test_others_can_neither_see_nor_touch_it(app: Flask, parent: UUID) -> None:
    stranger = resident_born(app, ages.add_months(today(), -400))
    with app.app_context():
        with transaction() as session:
            todo = own.add(session, parent, own.Words("返す")).id
        for act in (own.finish, own.remove, own.bring_back):
            with pytest.raises(NotFound), transaction() as session:
                act(session, stranger, todo)
        with pytest.raises(NotFound), transaction() as session:
            own.change(session, stranger, todo, own.Words("とる"))
    assert sign_in(app, stranger).get(f"/my/todos/{todo}").status == 404


def test_it_is_not_for_other_peoples_cards(app: Flask, parent: UUID, child: UUID) -> None:
    stranger = resident_born(app, ages.add_months(today(), -400))
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        own.add(session, stranger, own.Words("用事", person_id=child))


def test_there_is_room_for_a_hundred(app: Flask, parent: UUID) -> None:
    with app.app_context(), transaction() as session:
        for number in range(100):
            own.add(session, parent, own.Words(f"{number}"))
        with pytest.raises(own.TooMany):
            own.add(session, parent, own.Words("100"))


def test_removed_ones_are_forgotten_after_a_week(app: Flask, parent: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            for days in (6, 8):
                row = own.add(session, parent, own.Words(f"{days}日前"))
                row.removed_at = now() - timedelta(days=days)
        assert own.sweep() == 1
        assert [row.title for row in own.put_aside(parent)] == ["6日前"]


def test_every_act_leaves_an_entry(app: Flask, parent: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            todo = own.add(session, parent, own.Words("返す")).id
            own.change(session, parent, todo, own.Words("返した"))
            own.finish(session, parent, todo)
            own.bring_back(session, parent, todo)
            own.remove(session, parent, todo)
        entries = read().execute(select(AuditEntry.action, AuditEntry.details)).all()
    said = [row.action for row in entries if row.action.startswith("own_todo.")]
    assert said == [f"own_todo.{w}" for w in ("added", "changed", "completed", "undone", "removed")]
    assert "返" not in str([row.details for row in entries])


def test_a_silenced_persons_own_to_dos_are_unsaid(app: Flask, parent: UUID, child: UUID) -> None:
    with app.app_context(), transaction() as session:
        own.add(session, parent, own.Words("あおばの靴", person_id=child))
        silence_person(session, own_person(session, parent, child))
    assert "あおばの靴" not in sign_in(app, parent).get("/my").text


def test_a_note_stands_on_the_card_and_things_are_ticked(at_home: Browser, child: UUID) -> None:
    page = at_home.get("/my")
    page = at_home.get(page.link(f"メモ・持ち物・カレンダー : {CHECK}"))
    assert page.heading == CHECK
    assert "母子保健法12条" in page.text
    assert "1歳6か月になったためです。" in page.text
    page = at_home.submit("メモを保存", note="問診票は冷蔵庫の横")
    assert "保存しました" in page.text
    page = at_home.submit("用意できたものを保存", thing=["mch_book", "made_up"])
    ticked = [
        box.attributes["value"] for box in page.root.all("input") if "checked" in box.attributes
    ]
    assert ticked == ["mch_book"]
    assert "問診票は冷蔵庫の横" in at_home.get("/my").text


def test_a_note_asks_about_sensitive_words(at_home: Browser, child: UUID) -> None:
    page = at_home.get("/my")
    at_home.get(page.link(f"メモ・持ち物・カレンダー : {CHECK}"))
    page = at_home.submit("メモを保存", note="アレルギーのことを聞く")
    assert page.errors
    page = at_home.submit("メモを保存", keep_anyway="y")
    assert "保存しました" in page.text


def test_notes_go_and_come_back_with_the_card(app: Flask, parent: UUID, child: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            notes.write(session, parent, (child, "check_18m", ""), "忘れずに")
            removal = remove_person(session, own_person(session, parent, child))
        assert removal is not None
        with transaction() as session:
            assert session.scalar(select(TodoNote)) is None
            restore_person(session, parent, removal.id)
        assert read().execute(select(TodoNote.note)).scalar_one() == "忘れずに"


def test_an_own_to_do_outlives_the_card(app: Flask, parent: UUID, child: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            own.add(session, parent, own.Words("写真を渡す", person_id=child))
            remove_person(session, own_person(session, parent, child))
        assert read().execute(select(OwnTodo.title, OwnTodo.person_id)).one() == (
            "写真を渡す",
            None,
        )


def test_sensitive_services_take_no_note(app: Flask, parent: UUID, child: UUID) -> None:
    todo = (child, "disability_book", "")
    with app.app_context(), pytest.raises(KeepsNoAct), transaction() as session:
        notes.write(session, parent, todo, "メモ")
    assert sign_in(app, parent).get(f"/todos/{child}/disability_book").status == 404


def test_notes_of_strangers_are_404(app: Flask, parent: UUID, child: UUID) -> None:
    stranger = resident_born(app, ages.add_months(today(), -400))
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        notes.write(session, stranger, (child, "check_18m", ""), "メモ")
    assert sign_in(app, stranger).get(f"/todos/{child}/check_18m").status == 404


def test_words_can_not_break_the_page(app: Flask, parent: UUID, child: UUID) -> None:
    with app.app_context(), transaction() as session:
        own.add(session, parent, own.Words('<b>"&', "<i>"))
        notes.write(session, parent, (child, "check_18m", ""), '<script>"&')
    page = sign_in(app, parent).get("/my")
    assert '<b>"&' in page.text
    assert '<script>"&' in page.text


def test_own_words_cost_my_page_no_query(
    app: Flask,
    parent: UUID,
    child: UUID,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    with app.app_context(), transaction() as session:
        for number in range(20):
            own.add(session, parent, own.Words(f"用事{number}"))
        notes.write(session, parent, (child, "check_18m", ""), "メモ")
    browser = sign_in(app, parent)
    browser.get("/my")
    with count_queries() as statements:
        page = browser.get("/my")
    assert "用事19" in page.text
    assert len(statements) <= 4, "\n".join(statements)


def test_procedures_and_benefits_by_person(app: Flask, at_home: Browser, child: UUID) -> None:
    page = at_home.get("/my")
    at_home.submit(f"対象外 : {CHECK}")
    page = at_home.get("/my/support")
    assert page.heading == "手続き・助成"
    assert "うちは対象外" in page.text
    page = at_home.submit(f"元にもどす : {CHECK}")
    assert page.path == "/my/support"
    assert CHECK in page.text
    assert "うちは対象外" not in page.text
    with app.app_context(), transaction() as session:
        silence_person(session, session.get_one(Person, child))
    page = at_home.get("/my/support")
    assert "止めています" in page.text
    assert CHECK not in page.text

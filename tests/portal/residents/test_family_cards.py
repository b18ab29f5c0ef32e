"""Cards of a family through a life: a birth, a day that passed, a move away, what one likes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.load import shipped_catalogue
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.mypage import acts
from portal.mypage.models import TodoAct
from portal.residents.family import Card, add_person
from portal.residents.interests import INTERESTS
from portal.residents.models import Person, Relation
from tests.browser import Browser
from tests.portal.residents.homes import post
from tests.portal.signing_in import resident_born, sign_in


@pytest.fixture
def me(app: Flask) -> UUID:
    return resident_born(app, date(1990, 5, 2), nickname="すみれ", district="minato")


@pytest.fixture
def mine(app: Flask, me: UUID) -> Browser:
    return sign_in(app, me)


def do(app: Flask, act: Any, *args: Any) -> Any:
    with app.test_request_context(), transaction() as session:
        return act(session, *args)


def card(app: Flask, person: UUID) -> Person:
    with app.app_context(), transaction() as session:
        return session.get_one(Person, person)


def expected(app: Flask, me: UUID, days: int) -> UUID:
    due = Card(relation=Relation.EXPECTED, expected_on=today() + timedelta(days=days))
    found: UUID = do(app, add_person, me, due).id
    return found


def test_acts_of_the_pregnancy_stay_when_the_child_is_born(
    app: Flask, me: UUID, mine: Browser
) -> None:
    child = expected(app, me, 10)
    do(app, acts.complete, me, child, "preg_notice", "")
    mine.get(f"/family/{child}/birth")
    born = today()
    parts = {"birthdate-year": born.year, "birthdate-month": born.month, "birthdate-day": born.day}
    page = mine.submit("保存", **parts, nickname="めばえ")
    assert "お子さん" in page.text and "めばえ" in page.text
    with app.app_context():
        kept = read().execute(select(TodoAct.person_id, TodoAct.service)).one()
    assert tuple(kept) == (child, "preg_notice")
    assert "出生届" in mine.get("/my").text


@pytest.mark.parametrize(("days", "asked"), [(1, False), (-13, False), (-14, True), (-40, True)])
def test_two_weeks_after_the_expected_day_one_gentle_question_stands_there(
    app: Flask, me: UUID, mine: Browser, days: int, asked: bool
) -> None:
    child = expected(app, me, days)
    page = mine.get("/family")
    assert ("予定日を過ぎました" in page.text) is asked
    if asked:
        assert "答えなくてもかまいません" in page.text
        page = mine.submit("このことを出さない")
        assert "予定日を過ぎました" not in page.text
        assert card(app, child).silenced_at is not None
        assert "予定日を過ぎました" in mine.submit("元にもどす").text


def test_long_after_the_day_nothing_is_asked_for_any_more(
    app: Flask, me: UUID, mine: Browser
) -> None:
    child = expected(app, me, -100)
    page = mine.get("/my")
    assert not [f for f in page.root.all("form") if str(child) in str(f.attributes.get("action"))]


def test_who_moved_away_keeps_the_card_without_the_citys_services(
    app: Flask, me: UUID, mine: Browser
) -> None:
    parent = do(app, add_person, me, Card(relation=Relation.PARENT, birthdate=date(1950, 1, 1))).id
    assert str(parent) in mine.get("/my").html
    page = post(mine, f"/family/{parent}/moved-away")
    assert "ほかの市町村に住んでいます" in page.text
    assert f"/todos/{parent}" not in mine.get("/my").html
    mine.get("/family")
    mine.submit("この人のことをまた出す")
    kept = card(app, parent)
    assert kept.silenced_at is None and kept.facts == {}
    assert f"/todos/{parent}" in mine.get("/my").html


def test_interests_bring_services_that_have_no_age(app: Flask, me: UUID, mine: Browser) -> None:
    title = shipped_catalogue().service("consumer_counsel").title.say("ja")
    assert title not in mine.get("/my").text
    mine.get("/account/profile/edit")
    page = mine.submit("保存", interests=["消費生活", "防災"])
    assert "消費生活" in page.text and "防災" in page.text
    assert title in mine.get("/my").text
    mine.get("/account/profile/edit")
    mine.submit("保存", interests=[])
    assert title not in mine.get("/my").text


def test_every_interest_is_a_topic_of_services_and_none_is_sensitive() -> None:
    topics = {topic for service in shipped_catalogue().services for topic in service.topics}
    assert set(INTERESTS) <= topics
    assert not {"障がい者支援", "ひとり親", "外国人", "被介護者"} & set(INTERESTS)


def test_an_interest_nobody_offers_is_refused(app: Flask, me: UUID, mine: Browser) -> None:
    page = mine.get("/account/profile/edit")
    assert page.root.all("form")
    answer = mine.submit("保存", interests=["障がい者支援"])
    assert answer.path == "/account/profile/edit"

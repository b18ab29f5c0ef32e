"""The page of a person's services by age: whose, what stands where, and the empty ones."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal.catalogue import ages
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.mypage.acts import complete
from portal.residents.family import Card, add_person
from portal.residents.models import Person, Relation
from tests.browser import Browser
from tests.portal.signing_in import new_resident, resident_born, sign_in

CHECK = "1歳6か月児健診"


def child_of(me: UUID) -> UUID:
    found = select(Person.id).where(Person.resident_id == me, Person.relation == "child")
    return UUID(str(read().execute(found).scalar()))


def test_a_childs_line(app: Flask) -> None:
    me = resident_born(app, ages.add_months(today(), -30 * 12), nickname="すみれ", sex="F")
    born = ages.add_months(today(), -18) - timedelta(days=7)
    with app.app_context(), transaction() as session:
        card = Card(relation=Relation.CHILD, nickname="葛\U000e0100", birthdate=born)
        add_person(session, me, card)
    browser = sign_in(app, me)
    page = browser.get("/my")
    page = browser.get(page.link("年齢ごとのサービス"))
    assert "葛\U000e0100" in page.heading
    now, coming = page.text.split("これから", 1)
    assert CHECK in now and "3歳児健診" in coming and CHECK not in coming
    assert "1歳6か月" in now and "小学校の入学" in coming

    with app.app_context(), transaction() as session:
        complete(session, me, child_of(me), "check_18m", "")
    page = browser.get("/my/timeline")
    before, _, rest = page.text.partition("今できること")
    assert CHECK in before and CHECK not in rest

    with app.app_context():
        mine = read().execute(select(Person.id).where(Person.relation == "self")).scalars()
        own = next(each for each in mine if f"person={each}" in page.html)
    assert "すみれ" in browser.get(f"/my/timeline?person={own}").heading
    assert f"/my/timeline?person={child_of_in(app, me)}" in browser.get("/family").html


def child_of_in(app: Flask, me: UUID) -> UUID:
    with app.app_context():
        return child_of(me)


def test_nobody_and_no_birthdate(app: Flask) -> None:
    browser = sign_in(app, new_resident(app))
    page = browser.get("/my/timeline")
    assert page.link("入れる").endswith("/welcome")


def test_nobody_sees_anothers_line(app: Flask) -> None:
    theirs = resident_born(app, ages.add_months(today(), -300))
    with app.app_context():
        card = read().execute(select(Person.id).where(Person.resident_id == theirs)).scalar()
    browser: Browser = sign_in(app, new_resident(app))
    assert browser.get(f"/my/timeline?person={card}").status == 404

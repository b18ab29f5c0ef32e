"""At 18 the card becomes the child's own, and parents look on only if the child lets them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.mypage import acts
from portal.mypage.models import TodoAct
from portal.residents import handing_over, inviting
from portal.residents.ages18 import Stage, stage, to_tell
from portal.residents.family import Card, add_person
from portal.residents.models import Person, Relation
from portal.residents.sharing_models import CardShare
from tests.portal.residents.homes import Homes, link_of, post
from tests.portal.signing_in import new_resident, resident_born

DONE, HIDDEN = "vac_flu", "vac_hpv"


def years_ago(years: int, days: int = 0) -> date:
    day = today() - timedelta(days=days)
    return date(day.year - years, day.month, min(day.day, 28))


def do(app: Flask, act: Any, *args: Any, **more: Any) -> Any:
    with app.test_request_context(), transaction() as session:
        return act(session, *args, **more)


@pytest.fixture
def grown(apart: Homes) -> Homes:
    """The child of A, shared with B, had their 18th birthday last month."""
    card = Card(
        relation=Relation.CHILD,
        nickname="わかば",
        birthdate=years_ago(18, 40),
        district="minato",
        facts={"licence_expiry": "2030-01-01"},
    )
    apart.child = do(apart.app, add_person, apart.a, card).id
    with apart.app.app_context(), transaction() as session:
        session.add(
            CardShare(
                person_id=apart.child,
                resident_id=apart.b,
                role="co-parent",
                name="けやき",
                owner_name="すみれ",
            )
        )
    do(apart.app, acts.complete, apart.a, apart.child, DONE, "2026")
    do(apart.app, acts.dismiss, apart.b, apart.child, HIDDEN, "")
    return apart


def invited(homes: Homes) -> str:
    _, secret = do(
        homes.app, inviting.invite, homes.a, homes.child, "すみれ", today(), inviting.HAND_OVER
    )
    return str(secret)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 31), (Stage.CHILD, None)),
        (date(2026, 11, 1), (Stage.SOON, Stage.SOON)),
        (date(2026, 11, 30), (Stage.SOON, Stage.SOON)),
        (date(2026, 12, 1), (Stage.GROWN, Stage.GROWN)),
        (date(2028, 11, 30), (Stage.GROWN, Stage.GROWN)),
        (date(2028, 12, 1), (Stage.GROWN, None)),
    ],
)
def test_stages(day: date, expected: tuple[Stage, Stage | None]) -> None:
    born = date(2008, 12, 1)
    assert (stage(born, day), to_tell(born, day)) == expected
    assert stage(None, day) is Stage.CHILD


def test_my_page_tells_the_owner_a_month_before_and_at_18(grown: Homes) -> None:
    page = grown.browser(grown.a).get("/my")
    assert "わかばさんは18歳になりました" in page.text
    assert "18歳になりました" not in grown.browser(grown.b).get("/my").text
    soon = Card(relation=Relation.CHILD, nickname="つぼみ", birthdate=years_ago(18, -10))
    child = do(grown.app, add_person, grown.a, soon).id
    page = grown.browser(grown.a).get("/my")
    assert "つぼみさんは来月18歳になります" in page.text
    with pytest.raises(inviting.NotYet):
        do(grown.app, inviting.invite, grown.a, child, "すみれ", today(), inviting.HAND_OVER)


def test_the_child_takes_the_card_and_the_parents_see_nothing_more(grown: Homes) -> None:
    app = grown.app
    a = grown.browser(grown.a)
    a.get(f"/family/{grown.child}/hand-over")
    link = link_of(a.submit("リンクを作る", name="すみれ").html)
    me = new_resident(app)
    mine = grown.browser(me)
    page = mine.get(link)
    assert "「すみれ」さんが「わかば」のカードをあなたに引きつぎます" in page.text
    mine.submit("カードを受けとる", name="わかば")
    card = grown.card()
    assert card and (card.resident_id, card.relation) == (me, "self")
    assert (card.district, card.facts, card.nickname) == (None, {}, "わかば")
    with app.app_context():
        kept = read().execute(select(TodoAct.service, TodoAct.kind)).all()
        assert read().execute(select(CardShare.id)).all() == []
    assert [tuple(row) for row in kept] == [(DONE, "done")]
    for parent in (grown.a, grown.b):
        page = grown.browser(parent).get("/family")
        assert "わかば" not in page.text
        assert "大人になったお子さん" in page.text
        assert grown.browser(parent).get(f"/family/{grown.child}/sharing").status == 404
    assert mine.get(link).status == 404


def test_parents_look_on_when_the_child_says_so_until_it_ends(grown: Homes) -> None:
    secret = invited(grown)
    me = new_resident(grown.app)
    mine = grown.browser(me)
    mine.get(f"/family/invitation/{secret}")
    mine.submit("カードを受けとる", name="わかば", parents_see="y")
    for parent in (grown.a, grown.b):
        looker = grown.browser(parent)
        assert "わかば" in looker.get("/family").text
        assert looker.get(f"/family/{grown.child}").status == 403
        assert post(looker, f"/todos/{grown.child}/{DONE}/completion").status == 403
    page = mine.get(f"/family/{grown.child}/sharing")
    assert "見るだけ" in page.text
    assert "リンクを作る" not in page.text
    mine.submit("共有をやめる")
    left = grown.browser(grown.a).get("/family"), grown.browser(grown.b).get("/family")
    assert sorted("わかば" in page.text for page in left) == [False, True]


def test_done_things_come_to_the_card_the_child_already_has(grown: Homes) -> None:
    card = grown.card()
    assert card and card.birthdate
    me = resident_born(grown.app, card.birthdate, nickname="自分")
    do(grown.app, handing_over.take_over, me, invited(grown), "わかば", parents_see=False)
    assert grown.card() is None
    with grown.app.app_context():
        [own] = read().execute(select(Person.id).where(Person.resident_id == me)).scalars()
        kept = read().execute(select(TodoAct.person_id, TodoAct.service)).all()
    assert [tuple(row) for row in kept] == [(own, DONE)]


def test_somebody_of_another_age_is_somebody_else(grown: Homes) -> None:
    with pytest.raises(handing_over.SomebodyElse):
        do(
            grown.app,
            handing_over.take_over,
            grown.stranger,
            invited(grown),
            "もみじ",
            parents_see=False,
        )
    with pytest.raises(inviting.HasIt):
        do(grown.app, handing_over.take_over, grown.b, invited(grown), "x", parents_see=False)


def test_each_link_is_good_for_its_own_purpose(grown: Homes) -> None:
    secret = invited(grown)
    with pytest.raises(NotFound):
        do(grown.app, inviting.accept, grown.stranger, secret, "もみじ")
    with pytest.raises(inviting.GrownUp):
        do(grown.app, inviting.invite, grown.a, grown.child, "すみれ", today())


def test_a_co_parent_does_not_hand_over(grown: Homes) -> None:
    path = f"/family/{grown.child}/hand-over"
    assert grown.browser(grown.b).get(path).status == 403
    assert "引きつぐ" not in grown.browser(grown.b).get("/family").text


def test_nobody_hands_over_a_card_that_is_no_childs(grown: Homes) -> None:
    other: UUID = do(grown.app, add_person, grown.a, Card(relation=Relation.OTHER)).id
    assert grown.browser(grown.a).get(f"/family/{other}/hand-over").status == 404

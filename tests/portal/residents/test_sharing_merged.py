"""Shared cards when two accounts of one person become one, and two again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal.core import merging
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.registries import registries
from portal.mypage import acts
from portal.mypage.models import TodoAct
from portal.residents import inviting
from portal.residents.family import Card, add_person
from portal.residents.models import Relation
from portal.residents.sharing_models import CardInvitation, CardShare
from tests.portal.residents.homes import CHECK, CHECK_KEY, Homes
from tests.portal.signing_in import new_resident


def do(app: Flask, act: Any, *args: Any) -> Any:
    with app.test_request_context(), transaction() as session:
        return act(session, *args)


def merge(app: Flask, into: UUID, other: UUID) -> list[dict[str, Any]]:
    """Every part of the product does its steps; gives the log."""
    with app.test_request_context(), transaction() as session:
        steps = merging.Steps(session)
        for part in registries().merge_parts:
            part.move(steps, into, other, {})
        return steps.log


def shares(app: Flask) -> set[tuple[UUID, UUID]]:
    with app.app_context():
        rows = read().execute(select(CardShare.person_id, CardShare.resident_id))
        return {(row.person_id, row.resident_id) for row in rows}


def test_a_co_parents_accounts_become_one_and_two_again(homes: Homes) -> None:
    app, b2 = homes.app, new_resident(homes.app)
    do(app, acts.complete, homes.b, homes.child, CHECK_KEY, "")
    log = merge(app, b2, homes.b)
    assert shares(app) == {(homes.child, b2)}
    assert "けやき" in homes.browser(homes.a).get("/my/done").text
    b = homes.browser(b2)
    assert CHECK in b.get("/my/done").text
    b.submit("元にもどす")  # it is one's own act still
    assert "あおば" not in homes.browser(homes.b).get("/family").text
    with app.test_request_context(), transaction() as session:
        merging.undo(session, log)
    assert shares(app) == {(homes.child, homes.b)}
    with app.app_context():
        assert read().execute(select(TodoAct.by)).scalars().all() == [homes.b]


def test_sharing_with_oneself_is_over_when_the_accounts_are_one(homes: Homes) -> None:
    """B's account was A's second one: the card is A's own, once."""
    app = homes.app
    for who in (homes.a, homes.b):
        do(app, acts.complete, who, homes.child, CHECK_KEY, "")
    merge(app, homes.a, homes.b)
    page = homes.browser(homes.a).get("/family")
    assert page.text.count("18歳") == 0
    assert len([e for e in page.root.all("article") if "あおば" in e.text]) == 1
    assert "あおば" in homes.browser(homes.a).get("/my").text


def test_who_shared_a_double_shares_the_card_that_stays(apart: Homes) -> None:
    app, a2 = apart.app, new_resident(apart.app)
    card = apart.card()
    assert card
    double = do(app, add_person, a2, Card(relation=Relation.CHILD, birthdate=card.birthdate)).id
    _, secret = do(app, inviting.invite, a2, double, "すみれ", today())
    do(app, inviting.accept, apart.b, secret, "けやき")
    do(app, inviting.invite, a2, double, "すみれ", today())
    log = merge(app, apart.a, a2)
    assert shares(app) == {(apart.child, apart.b)}
    with app.app_context():
        row = read().execute(select(CardInvitation.person_id, CardInvitation.invited_by)).one()
    assert tuple(row) == (apart.child, apart.a)
    with app.test_request_context(), transaction() as session:
        assert merging.undo(session, log) == 0
    assert shares(app) == {(double, apart.b)}

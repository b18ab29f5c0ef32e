"""Removed cards: for a week they can be put back by their own resident, then they are gone."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import Conflict, NotFound
from portal.residents.family import (
    UNDO_FOR,
    Card,
    FamilyFull,
    add_person,
    own_person,
    remove_person,
    restore_person,
    set_profile,
    sweep_removals,
)
from portal.residents.models import Person, PersonRemoval, Relation
from portal.residents.reading import age_words, name_of
from tests.portal.signing_in import resident_born


@pytest.fixture
def me(app: Flask) -> UUID:
    return resident_born(app, date(1990, 5, 2))


@pytest.fixture
def removal(app: Flask, me: UUID) -> UUID:
    """A removed card of a child who had a silenced mark and facts."""
    card = Card(
        relation=Relation.CHILD,
        nickname="つばき",
        birthdate=date(2020, 2, 29),
        sex="F",
        district="minato",
        facts={"card_issued": "2024-04-01"},
    )
    with app.app_context(), transaction() as session:
        person = add_person(session, me, card)
        person.silenced_at = now()
        return remove_person(session, person).id


def test_a_card_comes_back_as_it_was(app: Flask, me: UUID, removal: UUID) -> None:
    with app.app_context(), transaction() as session:
        person = restore_person(session, me, removal)
        assert (person.nickname, person.birthdate, person.sex) == ("つばき", date(2020, 2, 29), "F")
        assert person.facts == {"card_issued": "2024-04-01"}
        assert person.silenced_at is not None


def test_what_was_removed_is_sealed(app: Flask, removal: UUID) -> None:
    with app.app_context():
        stored = read().exec_driver_sql("SELECT card FROM person_removals").scalar_one()
    for word in ("つばき", "2020-02-29", "card_issued"):
        assert word.encode() not in bytes(stored)


def test_after_a_week_it_is_gone(app: Flask, me: UUID, removal: UUID) -> None:
    with app.app_context():
        assert sweep_removals() == 0
        with transaction() as session:
            session.execute(update(PersonRemoval).values(at=now() - UNDO_FOR - timedelta(hours=1)))
        with pytest.raises(NotFound), transaction() as session:
            restore_person(session, me, removal)
        assert sweep_removals() == 1
        assert read().execute(select(PersonRemoval.id)).all() == []


def test_only_its_own_resident_puts_it_back_and_only_once(
    app: Flask, me: UUID, removal: UUID
) -> None:
    stranger = resident_born(app, date(1980, 1, 1))
    with app.app_context():
        with pytest.raises(NotFound), transaction() as session:
            restore_person(session, stranger, removal)
        with transaction() as session:
            restore_person(session, me, removal)
        with pytest.raises(NotFound), transaction() as session:
            restore_person(session, me, removal)


def test_there_must_be_room_to_put_it_back(app: Flask, me: UUID, removal: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            for _ in range(19):
                add_person(session, me, Card())
        with pytest.raises(FamilyFull), transaction() as session:
            restore_person(session, me, removal)


def test_the_own_card_stays(app: Flask, me: UUID) -> None:
    with app.app_context():
        own = read().execute(select(Person.id)).scalar_one()
        with pytest.raises(Conflict), transaction() as session:
            remove_person(session, own_person(session, me, own))


def test_acts_need_an_account(app: Flask) -> None:
    nobody = UUID("0190f5e0-0000-7000-8000-000000000000")
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        set_profile(session, nobody, birthdate=date(2000, 1, 1))


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 11, 20), "0か月"),
        (date(2025, 11, 21), "11か月"),
        (date(2025, 6, 8), "1歳5か月"),
        (date(2020, 11, 21), "5歳"),
        (date(2020, 11, 20), "6歳"),
        (None, ""),
    ],
)
def test_ages_are_told_as_families_do(app: Flask, born: date | None, words: str) -> None:
    with app.test_request_context():
        assert age_words(born, date(2026, 11, 20)) == words


def test_people_without_nickname_are_called_by_what_they_are(app: Flask) -> None:
    with app.test_request_context():
        names = [name_of(relation, None) for relation in Relation]
    assert names == ["あなた", "配偶者", "子ども", "親", "その他の人", "生まれる予定の子"]

"""Families of two accounts of one person: cards come together, doubles become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core.i18n import current_language
from portal.core.merging import MOVES, Preview, Question, Steps, absent, raw
from portal.residents.models import Person, PersonRemoval, Relation
from portal.residents.reading import birthdate_words, name_of
from portal.residents.room import MOST_PEOPLE, FamilyFull
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd

CARDS, REMOVALS = (
    Person.metadata.tables["persons"],
    PersonRemoval.metadata.tables["person_removals"],
)
SHARES, INVITATIONS, CHANGES, ENDS = (
    record.metadata.tables[record.__tablename__]
    for record in (CardShare, CardInvitation, CardChange, SharingEnd)
)
OWN = ("nickname", "birthdate", "sex", "district", "interests", "facts")
MINE, THEIRS, BOTH = "mine", "theirs", "both"

# What hangs on a card and follows when two cards become one: (steps, from this card, to that).
FOLLOWERS: list[Callable[[Steps, UUID, UUID], None]] = []


class Families:
    """The part of `registries.merge_parts` for persons."""

    columns: Mapping[str, str] = {
        "persons.resident_id": MOVES,
        "person_removals.resident_id": MOVES,
        "card_shares.resident_id": MOVES,
        "card_invitations.invited_by": MOVES,
        "sharing_ends.resident_id": MOVES,
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """Who comes, and which cards may be one."""
        mine, theirs = _cards(session, into), _cards(session, other)
        found = Preview()
        coming = [card for card in theirs if card.relation != Relation.SELF]
        doubles = _doubles(mine, theirs)
        if coming:
            names = [name_of(card.relation, card.nickname) for card in coming]
            found.lines.append(
                gettext("People of the family: %(names)s", names=gettext(", ").join(names))
            )
        found.questions += _own_questions(mine, theirs)
        found.questions += [_double_question(card) for card in coming if card.id in doubles]
        if len(mine) + len(coming) - len(doubles) > MOST_PEOPLE:
            found.refusals.append(gettext(FamilyFull.message))
        return found

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Cards move, but one's own and doubles, whose acts follow to the card that stays."""
        mine, theirs = _cards(steps.session, into), _cards(steps.session, other)
        doubles = {
            card: kept
            for card, kept in _doubles(mine, theirs).items()
            if choices.get(f"card-{card}", MINE) != BOTH
        }
        own, own_there = _own(mine), _own(theirs)
        if own is not None and own_there is not None:
            doubles[own_there.id] = own.id
            if choices.get("profile", MINE) == THEIRS:
                _take_over(steps, own_there.id, own.id)
        for source, target in doubles.items():
            for follow in (_shares_follow, *FOLLOWERS):
                follow(steps, source, target)
        coming = [card for card in theirs if card.id not in doubles]
        if len(mine) + len(coming) > MOST_PEOPLE:
            raise FamilyFull()
        _come(steps, into, other, coming, len(mine))
        steps.move(REMOVALS.c.resident_id, other, into)
        # A share of a card that is now one's own stays behind; `holding.hold` asks the owner first.
        steps.move(
            SHARES.c.resident_id, other, into, absent(SHARES.c.resident_id, into, "person_id")
        )
        steps.move(INVITATIONS.c.invited_by, other, into)
        steps.move(ENDS.c.resident_id, other, into)


def _shares_follow(steps: Steps, source: UUID, target: UUID) -> None:
    """Who shared the double shares the card that stays."""
    steps.move(
        SHARES.c.person_id, source, target, absent(SHARES.c.person_id, target, "resident_id")
    )
    for table in (INVITATIONS, CHANGES):
        steps.move(table.c.person_id, source, target)


def _come(steps: Steps, into: UUID, other: UUID, coming: list[Row[Any]], after: int) -> None:
    ids = [card.id for card in coming]
    steps.move(CARDS.c.resident_id, other, into, CARDS.c.id.in_(ids))
    for place, card in enumerate(coming, after):
        steps.write(CARDS, {"id": card.id}, {"position": place})


def _take_over(steps: Steps, source: UUID, target: UUID) -> None:
    """One's own card says what the other account's said; what it does not say stays."""
    said = raw(steps.session, CARDS, {"id": source}, OWN)
    steps.write(CARDS, {"id": target}, {name: value for name, value in said.items() if value})


def _cards(session: Session, resident_id: UUID) -> list[Row[Any]]:
    names = ("id", "relation", "nickname", "birthdate", "sex", "district", "expected_on")
    found = (
        select(*(getattr(Person, name) for name in names))
        .where(Person.resident_id == resident_id)
        .order_by(Person.position, Person.created_at)
    )
    return list(session.execute(found))


def _own(cards: list[Row[Any]]) -> Row[Any] | None:
    return next((card for card in cards if card.relation == Relation.SELF), None)


def _doubles(mine: list[Row[Any]], theirs: list[Row[Any]]) -> dict[UUID, UUID]:
    """Their card → my card with the same relation and day; each of mine is taken once (twins)."""
    free = [card for card in mine if card.relation != Relation.SELF]
    found: dict[UUID, UUID] = {}
    for card in theirs:
        day = card.birthdate or card.expected_on
        for one in free if day and card.relation != Relation.SELF else []:
            if (one.relation, one.birthdate or one.expected_on) == (card.relation, day):
                found[card.id] = one.id
                free.remove(one)
                break
    return found


def _own_questions(mine: list[Row[Any]], theirs: list[Row[Any]]) -> list[Question]:
    own, there = _own(mine), _own(theirs)
    if own is None or there is None:
        return []
    if all(getattr(own, name) == getattr(there, name) for name in OWN[:4]):
        return []
    options = ((MINE, _said(own)), (THEIRS, _said(there)))
    return [Question("profile", gettext("Your own card"), options)]


def _double_question(card: Row[Any]) -> Question:
    options = (
        (MINE, gettext("The same person: one card")),
        (BOTH, gettext("Two people: keep both cards")),
    )
    label = gettext("Both accounts have this card: %(card)s", card=_said(card))
    return Question(f"card-{card.id}", label, options)


def _said(card: Row[Any]) -> str:
    """A card in a line."""
    district = load_catalogue().districts.get(card.district or "")
    place = district.name.say(current_language()) if district else ""
    day = birthdate_words(card.birthdate or card.expected_on)
    return " ".join(word for word in (name_of(card.relation, card.nickname), day, place) if word)

"""From 18 years: a child's card becomes the child's own, and the parents' access ends."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import N_, Conflict, NotFound
from portal.residents.holding import sharers
from portal.residents.inviting import HAND_OVER, HasIt, end_all, look
from portal.residents.models import Person, Relation
from portal.residents.parts import card_parts
from portal.residents.rights import Role
from portal.residents.sharing import settle
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd


class SomebodyElse(Conflict):
    """The account's own birthdate is not the card's."""

    message = N_("The birthdate of your own card and of this card differ. Please ask your parent.")


def take_over(session: Session, me: UUID, secret: str, name: str, *, parents_see: bool) -> Person:
    """The grown child accepts: done things come along, notes do not; parents look on or not."""
    asked = look(session, secret)
    row, card = asked.invitation, asked.person
    if row.kind != HAND_OVER:
        raise NotFound()
    others = sharers(session, card.id)
    if card.resident_id == me or me in {one.resident_id for one in others}:
        raise HasIt()
    mine = session.scalar(
        select(Person).where(Person.resident_id == me, Person.relation == Relation.SELF)
    )
    if mine is not None and mine.birthdate not in (None, card.birthdate):
        raise SomebodyElse()
    parents = [(card.resident_id, row.name), *((one.resident_id, one.name) for one in others)]
    target = _become(session, card, mine, me)
    _end(session, card, row, others)
    for parent, called in parents:
        _let_go(session, target, parent, called, name if parents_see else None)
    audit.record(session, "card.handed_over", ("person", target.id), parents_see=parents_see)
    _drop_double(session, card, target)
    return target


def _become(session: Session, card: Person, mine: Person | None, me: UUID) -> Person:
    target = mine or card
    for part in card_parts():
        part.hand_over(session, card.id, target.id)
    if mine is None:
        settle(session, card, me)
        card.relation, card.position = Relation.SELF, 0
    elif mine.birthdate is None:
        mine.birthdate = card.birthdate
    session.flush()
    return target


def _end(session: Session, card: Person, row: CardInvitation, others: list[CardShare]) -> None:
    end_all(session, card.id)
    session.expunge(row)
    for one in others:
        session.delete(one)
    session.execute(delete(CardChange).where(CardChange.person_id == card.id))
    session.flush()


def _let_go(session: Session, card: Person, parent: UUID, called: str, name: str | None) -> None:
    """A parent looks on, since the child said so, or is told once that it is over."""
    if name is None:
        session.add(SharingEnd(resident_id=parent, why="handed-over"))
        return
    session.add(
        CardShare(
            person_id=card.id,
            resident_id=parent,
            role=Role.VIEWER,
            name=called,
            owner_name=name,
        )
    )
    session.flush()


def _drop_double(session: Session, card: Person, target: Person) -> None:
    if card.id != target.id:
        session.delete(card)
        session.flush()

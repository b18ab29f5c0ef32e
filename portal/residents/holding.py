"""The guard of every card: what this account is to it, and whether that allows the act."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Forbidden, NotFound
from portal.residents.models import Person
from portal.residents.rights import Act, Role, may_ask
from portal.residents.sharing_models import CardShare


@dataclass(frozen=True)
class Held:
    """A card in somebody's hands, locked until the transaction ends."""

    person: Person
    role: Role
    share: CardShare | None


def held(session: Session, resident_id: UUID, person_id: UUID, act: Act) -> Held:
    """The card, if this resident may do this with it.

    NotFound for everybody the card is nothing to, as for a card that never was; Forbidden for
    those who know it and may not. Acts that need the owner's yes pass: they ask for it.
    """
    person = session.get(Person, person_id, with_for_update=True)
    found = None if person is None else hold(session, resident_id, person)
    if found is None:
        raise NotFound()
    if not may_ask(found.role, act):
        raise Forbidden()
    return found


def hold(session: Session, resident_id: UUID, person: Person) -> Held | None:
    """What the card is to this resident; None when nothing."""
    if person.resident_id == resident_id:
        return Held(person, Role.OWNER, None)
    share = session.scalar(
        select(CardShare).where(
            CardShare.person_id == person.id, CardShare.resident_id == resident_id
        )
    )
    return Held(person, Role(share.role), share) if share else None


def sharers(session: Session, person_id: UUID) -> list[CardShare]:
    """Everybody beside the owner who has the card, the longest first."""
    rows = select(CardShare).where(CardShare.person_id == person_id).order_by(CardShare.at)
    return list(session.scalars(rows))

"""Inviting another parent to a child's card: a link, once, for 7 days, by the owner's yes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, NotFound
from portal.core.ids import new_secret
from portal.core.registries import registries
from portal.residents.ages18 import Stage, stage
from portal.residents.holding import Held, held, hold, sharers
from portal.residents.models import Person, Relation, Resident
from portal.residents.rights import Act, Role, may
from portal.residents.room import MOST_PEOPLE, FamilyFull, people_of
from portal.residents.sharing_models import CardInvitation, CardShare

LIVES = timedelta(days=7)
CO_PARENT, HAND_OVER = "co-parent", "hand-over"
MOST_OPEN, MOST_SHARERS = 5, 4
SHAREABLE = (Relation.CHILD, Relation.EXPECTED)


class NotShared(Conflict):
    """This card is not one that is shared."""

    message = N_("Only the card of a child can be shared.")


class GrownUp(Conflict):
    """A card belongs to the person themself from 18 years."""

    message = N_("From 18 years the card is the child's own. You can hand it over.")


class NotYet(Conflict):
    """Handing over begins at 18 years."""

    message = N_("The card can be handed over from the 18th birthday.")


class TooMany(Conflict):
    """Enough people have the card, or enough links are open."""

    message = N_("There are enough people or open invitations. End one first.")


class WaitsForYes(Conflict):
    """A co-parent's invitation before the owner agreed."""

    message = N_("This invitation still waits for the yes of the parent who made the card.")


class HasIt(Conflict):
    """Inviting oneself, or somebody twice."""

    message = N_("You have this card already.")


@dataclass(frozen=True)
class Asked:
    """An open invitation with the person it is about."""

    invitation: CardInvitation
    person: Person


def invite(
    session: Session, me: UUID, person_id: UUID, name: str, today: date, kind: str = CO_PARENT
) -> tuple[CardInvitation, str]:
    """A new link, told once; it works at once for the owner's, for others after a yes."""
    card = held(session, me, person_id, Act.INVITE if kind == CO_PARENT else Act.HAND_OVER)
    _insist(session, card, kind, today)
    secret = new_secret()
    row = CardInvitation(
        person_id=person_id,
        invited_by=me,
        kind=kind,
        name=name,
        token_hash=_hash(secret),
        agreed=may(card.role, Act.INVITE),
        until=now() + LIVES,
    )
    session.add(row)
    session.flush()
    audit.record(session, "card.invited", ("person", person_id), kind=kind, agreed=row.agreed)
    if not row.agreed:
        tell(session, card.person.resident_id, "portal_card_asks")
    return row, secret


def _insist(session: Session, card: Held, kind: str, today: date) -> None:
    if card.person.relation not in SHAREABLE:
        raise NotShared()
    grown = stage(card.person.birthdate, today) is Stage.GROWN
    if kind == CO_PARENT and grown:
        raise GrownUp()
    if kind == HAND_OVER and not grown:
        raise NotYet()
    mine = CardInvitation.person_id == card.person.id, CardInvitation.until > now()
    open_ = session.scalar(select(func.count()).select_from(CardInvitation).where(*mine)) or 0
    if open_ >= MOST_OPEN or len(sharers(session, card.person.id)) >= MOST_SHARERS:
        raise TooMany()


def look(session: Session, secret: str) -> Asked:
    """The invitation behind a link; NotFound when it is used, over, or its sender has gone."""
    row = session.scalar(
        select(CardInvitation)
        .join(Resident, Resident.id == CardInvitation.invited_by)
        .where(
            CardInvitation.token_hash == _hash(secret),
            CardInvitation.until > now(),
            Resident.left_at.is_(None),
        )
        .with_for_update(of=CardInvitation)
    )
    person = None if row is None else session.get(Person, row.person_id, with_for_update=True)
    if row is None or person is None or hold(session, row.invited_by, person) is None:
        raise NotFound()
    return Asked(row, person)


def accept(session: Session, me: UUID, secret: str, name: str) -> CardShare:
    """The link is used up and the card is on my page too."""
    asked = look(session, secret)
    row, person = asked.invitation, asked.person
    if row.kind != CO_PARENT:
        raise NotFound()
    if not row.agreed:
        raise WaitsForYes()
    if hold(session, me, person) is not None:
        raise HasIt()
    if people_of(session, me) >= MOST_PEOPLE:
        raise FamilyFull()
    by = hold(session, row.invited_by, person)
    by_owner = by is None or by.share is None
    share = CardShare(
        person_id=person.id,
        resident_id=me,
        role=Role.CO_PARENT,
        name=name,
        owner_name=row.name if by_owner or by is None or by.share is None else by.share.owner_name,
    )
    session.add(share)
    session.delete(row)
    session.flush()
    audit.record(session, "card.shared", ("person", person.id), role=share.role)
    tell(session, person.resident_id, "portal_card_shared")
    return share


def agree(session: Session, me: UUID, invitation_id: UUID) -> None:
    """The owner's yes to a co-parent's invitation."""
    row = _of(session, invitation_id)
    held(session, me, row.person_id, Act.AGREE_TO_INVITE)
    row.agreed = True
    audit.record(session, "card.invitation_agreed", ("person", row.person_id))


def cancel(session: Session, me: UUID, invitation_id: UUID) -> UUID:
    """The owner takes any link back, others their own; gives the card."""
    row = _of(session, invitation_id)
    card = held(session, me, row.person_id, Act.SEE)
    if row.invited_by != me and not may(card.role, Act.AGREE_TO_INVITE):
        raise NotFound()
    session.delete(row)
    audit.record(session, "card.invitation_ended", ("person", row.person_id))
    return row.person_id


def end_all(session: Session, person_id: UUID) -> None:
    """No link about this card works any more."""
    session.execute(delete(CardInvitation).where(CardInvitation.person_id == person_id))


def tell(session: Session, resident_id: UUID, message: str) -> None:
    """By mail or LINE, where whoever knows addresses has plugged that in; never a name."""
    send = registries().tell
    if send is not None:
        send(session, resident_id, message, "/family")


def _of(session: Session, invitation_id: UUID) -> CardInvitation:
    row = session.get(CardInvitation, invitation_id, with_for_update=True)
    if row is None or row.until <= now():
        raise NotFound()
    return row


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

"""How a clerk finds the resident who stands there: exactly, or not at all; and masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth import identities, methods
from auth.addresses import masked
from auth.limits import Limit
from auth.methods import Methods
from portal.core import names
from portal.residents.models import Person, Relation, Resident

SEARCHES = Limit(30, timedelta(hours=1))  # a clerk's; nobody serves more people in an hour


@dataclass(frozen=True)
class Glimpse:
    """What a clerk sees of an account: enough to talk about it, nothing to learn."""

    name: str
    email: str | None
    since: datetime
    methods: Methods
    birthdate_known: bool


def by_email(session: Session, email: str) -> UUID | None:
    """The resident with this address."""
    return identities.resident_of(session, identities.EMAIL, email)


def by_person(session: Session, name: str, birthdate: date) -> UUID | None:
    """The one resident of this birthdate and this name, in whatever letters; else None."""
    rows = session.scalars(
        select(Person)
        .join(Resident, Resident.id == Person.resident_id)
        .where(
            Person.relation == Relation.SELF,
            Person.birthdate == birthdate,
            Resident.left_at.is_(None),
        )
    )
    found = {row.resident_id for row in rows if row.nickname and names.same(row.nickname, name)}
    return found.pop() if len(found) == 1 else None


def glimpse(session: Session, resident_id: UUID) -> Glimpse:
    """The account, masked."""
    person, found = _self(session, resident_id), methods.of(session, resident_id)
    email = found.addresses.email
    return Glimpse(
        name=f"{names.initial(person.nickname)}••" if person and person.nickname else "",
        email=masked(email) if email else None,
        since=session.get_one(Resident, resident_id).created_at,
        methods=found,
        birthdate_known=person is not None and person.birthdate is not None,
    )


def born_on(session: Session, resident_id: UUID, birthdate: date | None) -> bool:
    """Whether the document's birthdate is the account's; where none is kept, nothing to compare.

    It is compared and never shown.
    """
    person = _self(session, resident_id)
    return person is None or person.birthdate is None or person.birthdate == birthdate


def _self(session: Session, resident_id: UUID) -> Person | None:
    return session.execute(
        select(Person).where(Person.resident_id == resident_id, Person.relation == Relation.SELF)
    ).scalar_one_or_none()

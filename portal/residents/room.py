"""How many people one account has room for."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import N_, Conflict
from portal.residents.models import Person
from portal.residents.sharing_models import CardShare

MOST_PEOPLE = 20


class FamilyFull(Conflict):
    """There are already as many person cards as one account may have."""

    message = N_("There is room for 20 people here. Remove a card to add another.")


def people_of(session: Session, resident_id: UUID) -> int:
    """How many cards a resident has, shared ones too."""
    own = select(func.count()).select_from(Person).where(Person.resident_id == resident_id)
    shared = select(func.count()).select_from(CardShare)
    shared = shared.where(CardShare.resident_id == resident_id)
    return (session.scalar(own) or 0) + (session.scalar(shared) or 0)

"""What a resident can do with the person cards of the family: each act with its audit entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound
from portal.residents.models import Person, PersonRemoval, Relation, Resident

MOST_PEOPLE = 20
UNDO_FOR = timedelta(days=7)


class FamilyFull(Conflict):
    """There are already as many person cards as one account may have."""

    message = N_("There is room for 20 people here. Remove a card to add another.")


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands on a person card."""

    relation: str = Relation.OTHER
    nickname: str | None = None
    birthdate: date | None = None
    sex: str | None = None
    district: str | None = None
    expected_on: date | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def set_profile(
    session: Session,
    resident_id: UUID,
    *,
    nickname: str | None = None,
    birthdate: date | None = None,
    sex: str | None = None,
    district: str | None = None,
    language: str | None = None,
) -> Person:
    """Write the resident's own card (made when it is missing) and, if given, the language."""
    _lock(session, resident_id)
    me = session.scalar(
        select(Person).where(Person.resident_id == resident_id, Person.relation == Relation.SELF)
    )
    if me is None:
        me = Person(resident_id=resident_id, relation=Relation.SELF, position=0, facts={})
        session.add(me)
    elif me.district and district and district != me.district:
        _move_along(session, resident_id, me.district, district)
    me.nickname, me.birthdate, me.sex, me.district = nickname, birthdate, sex, district
    session.flush()
    if language is not None:
        set_language(session, resident_id, language)
    audit.record(session, "profile.changed", ("person", me.id))
    return me


def _move_along(session: Session, resident_id: UUID, old: str, new: str) -> None:
    """Those who lived in the same district as the resident move with them."""
    session.execute(
        update(Person)
        .where(Person.resident_id == resident_id, Person.district == old)
        .values(district=new)
    )


def set_language(session: Session, resident_id: UUID, language: str) -> None:
    """The language of pages, mails and LINE messages."""
    session.execute(update(Resident).where(Resident.id == resident_id).values(language=language))
    audit.record(session, "language.changed", ("resident", resident_id), language=language)


def add_person(session: Session, resident_id: UUID, card: Card) -> Person:
    """Add a card to the family; FamilyFull beyond 20."""
    _lock(session, resident_id)
    count = session.scalar(
        select(func.count()).select_from(Person).where(Person.resident_id == resident_id)
    )
    if (count or 0) >= MOST_PEOPLE:
        raise FamilyFull()
    person = Person(resident_id=resident_id, position=count or 0)
    _write(person, card)
    session.add(person)
    session.flush()
    audit.record(session, "person.added", ("person", person.id), relation=str(card.relation))
    return person


def change_person(session: Session, person: Person, card: Card) -> None:
    """Write a changed card; an expected child becomes a child when the birthdate is known."""
    _write(person, card)
    audit.record(session, "person.changed", ("person", person.id), relation=str(card.relation))


def _write(person: Person, card: Card) -> None:
    person.relation, person.nickname = str(card.relation), card.nickname
    person.birthdate, person.sex, person.district = card.birthdate, card.sex, card.district
    person.expected_on, person.facts = card.expected_on, dict(card.facts)


def silence_person(session: Session, person: Person) -> None:
    """No card about this person is shown any more, without a question why."""
    person.silenced_at = person.silenced_at or now()
    audit.record(session, "person.silenced", ("person", person.id))


def unsilence_person(session: Session, person: Person) -> None:
    """Cards about this person are shown again."""
    person.silenced_at = None
    audit.record(session, "person.unsilenced", ("person", person.id))


def own_person(session: Session, resident_id: UUID, person_id: UUID) -> Person:
    """The card, if it is one of this resident's; someone else's looks like none at all."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.resident_id != resident_id:
        raise NotFound()
    return person


def remove_person(session: Session, person: Person) -> PersonRemoval:
    """Take the card and its acts away; for a week they can be put back as they were."""
    if person.relation == Relation.SELF:
        raise Conflict(N_("Your own card stays as long as you use this page."))
    removal = PersonRemoval(
        resident_id=person.resident_id, person_id=person.id, card=_snapshot(session, person)
    )
    session.add(removal)
    session.delete(person)
    session.flush()
    audit.record(session, "person.removed", ("person", person.id))
    return removal


def restore_person(session: Session, resident_id: UUID, removal_id: UUID) -> Person:
    """Put a removed card back with its acts."""
    _lock(session, resident_id)
    removal = session.get(PersonRemoval, removal_id, with_for_update=True)
    if removal is None or removal.resident_id != resident_id or removal.at < now() - UNDO_FOR:
        raise NotFound()
    people = select(func.count()).select_from(Person).where(Person.resident_id == resident_id)
    if (session.scalar(people) or 0) >= MOST_PEOPLE:
        raise FamilyFull()
    person = Person(id=removal.person_id, resident_id=resident_id, **_restored(removal.card))
    session.add(person)
    session.flush()
    for part in _parts:
        part.restore(session, person.id, removal.card.get(part.name, []))
    session.delete(removal)
    audit.record(session, "person.restored", ("person", person.id))
    return person


def sweep_removals() -> int:
    """Forget removed cards once they can no longer be put back; returns how many."""
    return read().execute(delete(PersonRemoval).where(PersonRemoval.at < now() - UNDO_FOR)).rowcount


class CardPart:
    """Rows of another package that belong to a card, and go and come back with it."""

    name: str

    def save(self, session: Session, person_id: UUID) -> list[dict[str, Any]]:
        """The rows as plain values."""
        raise NotImplementedError

    def restore(self, session: Session, person_id: UUID, rows: list[dict[str, Any]]) -> None:
        """Write them again."""
        raise NotImplementedError


_parts: list[CardPart] = []


def keep_with_card(part: CardPart) -> None:
    """Register rows that are saved with a removed card."""
    if part.name not in {each.name for each in _parts}:
        _parts.append(part)


_KEPT = ("relation", "position", "nickname", "sex", "district", "interests", "facts")
_DATES = ("birthdate", "expected_on")
_MOMENTS = ("silenced_at", "created_at")


def _snapshot(session: Session, person: Person) -> dict[str, Any]:
    card = {name: getattr(person, name) for name in _KEPT}
    for name in (*_DATES, *_MOMENTS):
        value = getattr(person, name)
        card[name] = value.isoformat() if value else None
    return card | {part.name: part.save(session, person.id) for part in _parts}


def _restored(card: dict[str, Any]) -> dict[str, Any]:
    values = {name: card[name] for name in _KEPT}
    for names, kind in ((_DATES, date), (_MOMENTS, datetime)):
        for name in names:
            values[name] = kind.fromisoformat(card[name]) if card[name] else None
    return values


def _lock(session: Session, resident_id: UUID) -> None:
    """One change of a family at a time, so that limits hold."""
    found = session.execute(
        select(Resident.id).where(Resident.id == resident_id).with_for_update()
    ).scalar()
    if found is None:
        raise NotFound()

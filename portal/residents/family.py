"""What a resident can do with the person cards of the family: each act with its audit entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound
from portal.residents import sharing
from portal.residents.holding import Held
from portal.residents.models import Person, PersonRemoval, Relation, Resident
from portal.residents.parts import card_parts
from portal.residents.rights import Role
from portal.residents.room import MOST_PEOPLE, FamilyFull, people_of

UNDO_FOR = timedelta(days=7)


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
    interests: Sequence[str] | None = None,
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
    if interests is not None:
        me.interests = list(interests)
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
    count = people_of(session, resident_id)
    if count >= MOST_PEOPLE:
        raise FamilyFull()
    person = Person(resident_id=resident_id, position=count)
    _write(person, card)
    session.add(person)
    session.flush()
    audit.record(session, "person.added", ("person", person.id), relation=str(card.relation))
    return person


def change_person(session: Session, person: Person, card: Card, by: UUID | None = None) -> None:
    """Write a changed card; an expected child becomes a child when the birthdate is known.

    Where the card is shared, the others are shown what `by` (the owner) changed.
    """
    before = sharing.said(person)
    _write(person, card)
    sharing.note_change(session, person, by or person.resident_id, before)
    audit.record(session, "person.changed", ("person", person.id), relation=str(card.relation))


def _write(person: Person, card: Card) -> None:
    person.relation, person.nickname = str(card.relation), card.nickname
    person.birthdate, person.sex, person.district = card.birthdate, card.sex, card.district
    person.expected_on, person.facts = card.expected_on, dict(card.facts)


def silence_person(session: Session, person: Person) -> None:
    """No card about this person of one's own is shown any more, without a question why."""
    sharing.silence(session, Held(person, Role.OWNER, None), silent=True)


def own_person(session: Session, resident_id: UUID, person_id: UUID) -> Person:
    """The card, if it is one of this resident's; someone else's looks like none at all."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.resident_id != resident_id:
        raise NotFound()
    return person


def remove_person(session: Session, person: Person) -> PersonRemoval | None:
    """Take the card and its acts away; for a week they can be put back as they were.

    A child's other parent keeps the card, which passes to them: then there is no way back (None).
    """
    if person.relation == Relation.SELF:
        raise Conflict(N_("Your own card stays as long as you use this page."))
    if sharing.pass_on(session, person):
        return None
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
    if people_of(session, resident_id) >= MOST_PEOPLE:
        raise FamilyFull()
    person = Person(id=removal.person_id, resident_id=resident_id, **_restored(removal.card))
    session.add(person)
    session.flush()
    for part in card_parts():
        part.restore(session, person.id, removal.card.get(part.name, []))
    session.delete(removal)
    audit.record(session, "person.restored", ("person", person.id))
    return person


def sweep_removals() -> int:
    """Forget removed cards once they can no longer be put back; returns how many."""
    return read().execute(delete(PersonRemoval).where(PersonRemoval.at < now() - UNDO_FOR)).rowcount


_KEPT = ("relation", "position", "nickname", "sex", "district", "interests", "facts")
_DATES = ("birthdate", "expected_on")
_MOMENTS = ("silenced_at", "created_at")


def _snapshot(session: Session, person: Person) -> dict[str, Any]:
    card = {name: getattr(person, name) for name in _KEPT}
    for name in (*_DATES, *_MOMENTS):
        value = getattr(person, name)
        card[name] = value.isoformat() if value else None
    return card | {part.name: part.save(session, person.id) for part in card_parts()}


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

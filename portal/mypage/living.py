"""What residents tell us happened: an entry, its fact on their card, and the way back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound
from portal.mypage.life_events import BY_KEY, EVENTS, LifeEvent, fact_of
from portal.mypage.own_models import LifeEventEntry
from portal.residents.family import Card, add_person, change_person
from portal.residents.holding import held
from portal.residents.models import Person, Relation
from portal.residents.rights import Act
from portal.residents.sharing import silence


class NoOwnCard(Conflict):
    """The dates of a household stand on the resident's own card."""

    message = N_("Please fill in your own card first. Then come back here.")


def tell(
    session: Session, resident_id: UUID, event: LifeEvent, day: date, person_id: UUID | None = None
) -> LifeEventEntry:
    """Something happened, or will: its fact counts from now on.

    For a death, nothing about the person is shown any more; what the family must do still is.
    """
    entry = LifeEventEntry(resident_id=resident_id, kind=event.key, day=day)
    if person_id is not None:
        card = held(session, resident_id, person_id, Act.SILENCE)
        if card.person.relation not in event.about:
            raise NotFound()
        entry.person_id = person_id
        if event.key == "bereavement" and (card.share or card.person).silenced_at is None:
            silence(session, card, silent=True)
            entry.silenced = True
    session.add(entry)
    session.flush()
    _settle(session, resident_id, event)
    audit.record(session, "life_event.told", ("resident", resident_id), kind=event.key)
    return entry


def tell_birth(
    session: Session, resident_id: UUID, day: date, nickname: str | None, expected: UUID | None
) -> LifeEventEntry:
    """A child was born: the expected child's card goes on as theirs, or a new one is made."""
    me = _own_card(session, resident_id)
    if expected is None:
        card = Card(relation=Relation.CHILD, nickname=nickname, birthdate=day, district=me.district)
        child = add_person(session, resident_id, card)
    else:
        found = held(session, resident_id, expected, Act.EDIT)
        if found.person.relation != Relation.EXPECTED:
            raise NotFound()
        child = found.person
        card = Card(
            relation=Relation.CHILD,
            nickname=nickname or child.nickname,
            birthdate=day,
            sex=child.sex,
            district=child.district,
            facts=child.facts,
        )
        change_person(session, child, card, resident_id)
    entry = LifeEventEntry(resident_id=resident_id, kind="birth", day=day, person_id=child.id)
    session.add(entry)
    session.flush()
    audit.record(session, "life_event.told", ("resident", resident_id), kind="birth")
    return entry


def take_back(session: Session, resident_id: UUID, entry_id: UUID) -> LifeEventEntry:
    """It did not happen, or is over: its fact counts no more; a card it silenced speaks again."""
    entry = _mine(session, resident_id, entry_id)
    if entry.removed_at is None:
        entry.removed_at = now()
        _silence_with(session, entry, silent=False)
        _settle(session, resident_id, BY_KEY[entry.kind])
    audit.record(session, "life_event.removed", ("resident", resident_id), kind=entry.kind)
    return entry


def put_back(session: Session, resident_id: UUID, entry_id: UUID) -> None:
    """Undo of taking it back."""
    entry = _mine(session, resident_id, entry_id)
    if entry.removed_at is not None:
        entry.removed_at = None
        _silence_with(session, entry, silent=True)
        _settle(session, resident_id, BY_KEY[entry.kind])
    audit.record(session, "life_event.restored", ("resident", resident_id), kind=entry.kind)


def told(resident_id: UUID) -> list[LifeEventEntry]:
    """What stands, newest first."""
    rows = read().execute(
        select(LifeEventEntry.__table__)
        .where(LifeEventEntry.resident_id == resident_id, LifeEventEntry.removed_at.is_(None))
        .order_by(LifeEventEntry.day.desc(), LifeEventEntry.created_at.desc())
    )
    return [LifeEventEntry(**row._mapping) for row in rows]


def told_one(resident_id: UUID, entry_id: UUID) -> LifeEventEntry:
    """One of them; NotFound for anybody else's."""
    found = next((each for each in told(resident_id) if each.id == entry_id), None)
    if found is None:
        raise NotFound()
    return found


def _settle(session: Session, resident_id: UUID, event: LifeEvent) -> None:
    """Write on the own card what the standing entries of this fact say."""
    if not event.fact:
        return
    me = _own_card(session, resident_id)
    kinds = [each.key for each in EVENTS if each.fact == event.fact]
    days = session.scalars(
        select(LifeEventEntry.day).where(
            LifeEventEntry.resident_id == resident_id,
            LifeEventEntry.kind.in_(kinds),
            LifeEventEntry.removed_at.is_(None),
        )
    ).all()
    fact = fact_of(event, days)
    rest = {name: value for name, value in me.facts.items() if name != event.fact}
    me.facts = rest | ({event.fact: fact} if fact else {})


def _own_card(session: Session, resident_id: UUID) -> Person:
    mine = select(Person).where(Person.resident_id == resident_id, Person.relation == Relation.SELF)
    me = session.scalar(mine.with_for_update())
    if me is None:
        raise NoOwnCard()
    return me


def _silence_with(session: Session, entry: LifeEventEntry, *, silent: bool) -> None:
    if entry.silenced and entry.person_id is not None:
        card = held(session, entry.resident_id, entry.person_id, Act.SILENCE)
        silence(session, card, silent=silent)


def _mine(session: Session, resident_id: UUID, entry_id: UUID) -> LifeEventEntry:
    entry = session.get(LifeEventEntry, entry_id, with_for_update=True)
    if entry is None or entry.resident_id != resident_id:
        raise NotFound()
    return entry

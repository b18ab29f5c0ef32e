"""Ending, leaving and passing on a shared card, and taking back another's change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound
from portal.residents.holding import Held, held, sharers
from portal.residents.inviting import end_all
from portal.residents.models import Person, Relation
from portal.residents.parts import card_parts
from portal.residents.rights import Act, Role
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare, SharingEnd

SHOWN_FOR = timedelta(days=30)
WATCHED = ("relation", "nickname", "sex", "birthdate", "expected_on")
_DAYS = ("birthdate", "expected_on")


def end(session: Session, me: UUID, person_id: UUID, share_id: UUID) -> None:
    """The owner ends the sharing: the other sees nothing more and no open link works."""
    held(session, me, person_id, Act.END_SHARING)
    share = session.get(CardShare, share_id)
    if share is None or share.person_id != person_id:
        raise NotFound()
    _take_away(session, share, why="ended")
    audit.record(session, "card.sharing_ended", ("person", person_id), other=str(share.resident_id))


def leave(session: Session, me: UUID, person_id: UUID) -> None:
    """The card is no longer on my page; it stays with the others."""
    card = held(session, me, person_id, Act.LEAVE)
    assert card.share is not None  # noqa: S101  (only those who share may leave)
    _take_away(session, card.share, why=None)
    audit.record(session, "card.left", ("person", person_id))


def _take_away(session: Session, share: CardShare, why: str | None) -> None:
    end_all(session, share.person_id)
    for part in card_parts():
        part.forget(session, share.person_id, share.resident_id)
    if why is not None:
        session.add(SharingEnd(resident_id=share.resident_id, why=why))
    session.delete(share)
    session.flush()


def pass_on(session: Session, person: Person) -> bool:
    """The card goes to the co-parent who has it longest, without what is the old owner's own.

    False when there is nobody.
    """
    others = [one for one in sharers(session, person.id) if one.role == Role.CO_PARENT]
    if not others:
        return False
    heir = others[0]
    end_all(session, person.id)
    for part in card_parts():
        part.forget(session, person.id, person.resident_id)
    for one in others[1:]:
        one.owner_name = heir.name
    settle(session, person, heir.resident_id, silenced=heir.silenced_at)
    session.delete(heir)
    session.flush()
    audit.record(session, "card.passed_on", ("person", person.id), to=str(heir.resident_id))
    return True


def settle(session: Session, person: Person, owner: UUID, *, silenced: Any = None) -> None:
    """The card is `owner`'s now: nothing of the home it comes from stays on it."""
    count = select(func.count()).select_from(Person).where(Person.resident_id == owner)
    person.position = session.scalar(count) or 0
    person.resident_id = owner
    person.district, person.interests, person.facts = None, [], {}
    person.silenced_at = silenced
    session.flush()
    session.expire(person, ["resident"])


def pass_on_all(session: Session, resident_id: UUID) -> None:
    """Before an account is erased: its children stay on the pages of their other parents."""
    for person in session.scalars(select(Person).where(Person.resident_id == resident_id)).all():
        pass_on(session, person)


def silence(session: Session, card: Held, *, silent: bool) -> None:
    """Nothing about the person is shown any more, or again, on one's own page."""
    row: Person | CardShare = card.share or card.person
    row.silenced_at = (row.silenced_at or now()) if silent else None
    if not silent and card.share is None:
        card.person.facts = {k: v for k, v in card.person.facts.items() if k != ELSEWHERE}
    action = "person.silenced" if silent else "person.unsilenced"
    audit.record(session, action, ("person", card.person.id))


ELSEWHERE = "elsewhere"  # the person lives in another town: the card stays, silent


def moved_away(session: Session, card: Held) -> None:
    """The person lives in another town now, whose services are not this city's."""
    if card.share is None:
        card.person.facts = card.person.facts | {ELSEWHERE: True}
    silence(session, card, silent=True)


def note_change(session: Session, person: Person, by: UUID, before: dict[str, Any]) -> None:
    """A shared card says another thing now: the others are shown, and can take it back."""
    if before != said(person) and sharers(session, person.id):
        session.add(CardChange(person_id=person.id, by=by, before=before))


def said(person: Person) -> dict[str, Any]:
    """What a change is about, as plain values."""
    found = {name: getattr(person, name) for name in WATCHED}
    return found | {name: found[name] and found[name].isoformat() for name in _DAYS}


def undo_change(session: Session, me: UUID, change_id: UUID) -> None:
    """The card says again what it said before; that is a change the others see."""
    change = session.get(CardChange, change_id, with_for_update=True)
    if change is None or change.at <= now() - SHOWN_FOR:
        raise NotFound()
    card = held(session, me, change.person_id, Act.UNDO_EDIT)
    before = said(card.person)
    for name, value in change.before.items():
        setattr(card.person, name, date.fromisoformat(value) if name in _DAYS and value else value)
    note_change(session, card.person, me, before)
    session.delete(change)
    session.flush()
    audit.record(session, "person.change_undone", ("person", card.person.id))


def is_shareable(relation: str) -> bool:
    """Whether a card of this relation can be shared."""
    return relation in (Relation.CHILD, Relation.EXPECTED)


def forget_end(session: Session, me: UUID, end_id: UUID) -> None:
    """Read: it need not be told again."""
    gone = delete(SharingEnd).where(SharingEnd.id == end_id, SharingEnd.resident_id == me)
    if not session.execute(gone).rowcount:  # type: ignore[attr-defined]
        raise NotFound()
    audit.record(session, "card.sharing_end_read", ("resident", me))


def sweep() -> int:
    """A tick: links that are over, changes and ends that were shown long enough."""
    old = now() - SHOWN_FOR
    gone = (
        delete(CardInvitation).where(CardInvitation.until <= now()),
        delete(CardChange).where(CardChange.at <= old),
        delete(SharingEnd).where(SharingEnd.at <= old),
    )
    return sum(read().execute(one).rowcount for one in gone)

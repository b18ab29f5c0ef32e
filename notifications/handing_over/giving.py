"""What a tool gets: those who agreed, as they are now, and word to delete the others.

Each change of a resident's record gets a step; a tool that names the last step it saw gets what
came after it. Refreshing and reading happen under one lock of the hand-over, so that no step can
appear behind a reader.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.orm import Session

from auth.identities import EMAIL, LINE, Identity
from notifications.handing_over.defining import LANGUAGE
from notifications.handing_over.files import ADDRESS, DELETED, ID, KEPT, STATE
from notifications.handing_over.models import STEPS, HandOver, HandOverConsent, HandOverRow
from portal.core.clock import now
from portal.core.crypto import blind_indexes
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.residents.models import Person, Resident

ISSUERS = {"line": LINE, "email": EMAIL}
Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Delta:
    """Records in the order of their steps; `last` is the step to go on from."""

    records: list[Record]
    last: int
    more: bool


def delta(session: Session, hand_over_id: UUID, after: int, most: int) -> Delta:
    """What came after a step, at most so many; raises NotFound."""
    hand_over = session.get(HandOver, hand_over_id, with_for_update=True)
    if hand_over is None:
        raise NotFound()
    rows = _after(session, hand_over_id, after, most + 1)
    if len(rows) <= most:  # else it is a page amid many: the last one looks at everybody
        living = current(session, hand_over)
        _refresh(session, hand_over, living)
        rows = _after(session, hand_over_id, after, most + 1)
    else:
        people = [row.resident_id for row in rows if row.resident_id is not None]
        living = current(session, hand_over, people)
    shown = rows[:most]
    records = [_record(row, living) for row in shown]
    return Delta(records, shown[-1].step if shown else after, len(rows) > most)


def _after(session: Session, hand_over_id: UUID, after: int, most: int) -> Seq[HandOverRow]:
    """Rows behind a step, in order."""
    wanted = select(HandOverRow).where(
        HandOverRow.hand_over_id == hand_over_id, HandOverRow.step > after
    )
    if after == 0:  # a tool that begins has nothing to delete
        wanted = wanted.where(HandOverRow.digest.is_not(None))
    return session.scalars(wanted.order_by(HandOverRow.step).limit(most)).all()


def note(session: Session, records: Seq[Record]) -> None:
    """These records left: the resident's page says so. A word to delete is no giving."""
    ids = [UUID(each[ID]) for each in records if each[STATE] == KEPT]
    first = case((HandOverRow.first_given_at.is_(None), now()), else_=HandOverRow.first_given_at)
    session.execute(
        update(HandOverRow)
        .where(HandOverRow.id.in_(ids), HandOverRow.digest.is_not(None))
        .values(first_given_at=first, last_given_at=now(), times=HandOverRow.times + 1)
    )


def current(
    session: Session, hand_over: HandOver, people: Seq[UUID] | None = None
) -> dict[UUID, Record]:
    """Who agreed, has such an address and has not left (of these people): fields as of now."""
    if hand_over.stopped_at is not None:
        return {}
    agreed = and_(
        HandOverConsent.resident_id == Resident.id,
        HandOverConsent.hand_over_id == hand_over.id,
        HandOverConsent.ended_at.is_(None),
    )
    address = and_(
        Identity.resident_id == Resident.id, Identity.issuer == ISSUERS[hand_over.address]
    )
    self_card = and_(Person.resident_id == Resident.id, Person.relation == "self")
    wanted = (
        select(Resident.id, Resident.language, Identity.subject, Person.interests)
        .join(HandOverConsent, agreed)
        .join(Identity, address)
        .outerjoin(Person, self_card)
        .where(Resident.left_at.is_(None))
    )
    if people is not None:
        wanted = wanted.where(Resident.id.in_(people))
    return {
        row.id: {ADDRESS: row.subject} | _fields(hand_over, row.language, row.interests or [])
        for row in session.execute(wanted)
    }


def _fields(hand_over: HandOver, language: str, interests: list[str]) -> Record:
    return {
        field: language if field == LANGUAGE else str(int(field in interests))
        for field in hand_over.fields
    }


def _refresh(session: Session, hand_over: HandOver, living: dict[UUID, Record]) -> None:
    """A step for every record that is new, changed or gone."""
    known = select(HandOverRow).where(HandOverRow.hand_over_id == hand_over.id)
    rows = list(session.scalars(known))
    of = {row.resident_id: row for row in rows if row.resident_id is not None}
    changed: list[tuple[HandOverRow, bytes | None]] = [
        (row, None) for row in rows if row.digest is not None and row.resident_id not in living
    ]
    for resident_id, record in living.items():
        digests, kept = _digests(record), of.get(resident_id)
        if kept is None:
            kept = HandOverRow(id=new_id(), hand_over_id=hand_over.id, resident_id=resident_id)
            session.add(kept)
            changed.append((kept, digests[0]))
        elif kept.digest not in digests:
            changed.append((kept, digests[0]))
        elif kept.digest != digests[0]:  # the same record, by the key before
            kept.digest = digests[0]
    for (row, digest_now), step in zip(changed, _steps(session, len(changed)), strict=True):
        row.digest, row.step = digest_now, step
    session.flush()


def _steps(session: Session, count: int) -> list[int]:
    """So many new steps in one question."""
    with session.no_autoflush:  # new rows have no step yet
        every = select(STEPS.next_value()).select_from(func.generate_series(1, count))
        return list(session.scalars(every)) if count else []


def _digests(record: Record) -> list[bytes]:
    """Under our keys: a plain hash of an address could be guessed."""
    return blind_indexes("\x1f".join(f"{n}={record[n]}" for n in record), "hand_over_rows")


def _record(row: HandOverRow, living: dict[UUID, Record]) -> Record:
    record = living.get(row.resident_id) if row.resident_id and row.digest else None
    if record is None:
        return {ID: str(row.id), STATE: DELETED}
    return {ID: str(row.id), STATE: KEPT} | record


def counts(session: Session) -> dict[UUID, int]:
    """How many agreed, by hand-over."""
    found = session.execute(
        select(HandOverConsent.hand_over_id, func.count())
        .where(HandOverConsent.ended_at.is_(None))
        .group_by(HandOverConsent.hand_over_id)
    )
    return {row[0]: row[1] for row in found}

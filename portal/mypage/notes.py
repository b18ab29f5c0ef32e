"""Notes on to-dos of the catalogue and which things to bring are ready; seen by oneself only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import NotFound
from portal.mypage.acts import OCCURRENCE, KeepsNoAct
from portal.mypage.own_models import TodoNote
from portal.residents.holding import held
from portal.residents.parts import CardPart
from portal.residents.rights import Act

Todo = tuple[UUID, str, str]
"""Person, service, occurrence."""


def write(session: Session, resident_id: UUID, todo: Todo, note: str | None) -> None:
    """Keep a note, or forget it when it is blank."""
    row = _row(session, resident_id, todo)
    row.note, row.at = note or None, now()
    audit.record(session, "todo.noted", ("person", todo[0]), service=todo[1], blank=not note)


def pack(session: Session, resident_id: UUID, todo: Todo, keys: Iterable[str]) -> None:
    """These things are ready, the others are not."""
    row = _row(session, resident_id, todo)
    bring = {item.key for item in load_catalogue().service(todo[1]).bring}
    row.packed, row.at = sorted(bring & set(keys)), now()
    audit.record(session, "todo.packed", ("person", todo[0]), service=todo[1])


def note_on(resident_id: UUID, todo: Todo) -> tuple[str, list[str]]:
    """The note and the keys of what is ready."""
    row = (
        read()
        .execute(
            select(TodoNote.note, TodoNote.packed).where(
                TodoNote.resident_id == resident_id,
                TodoNote.person_id == todo[0],
                TodoNote.service == todo[1],
                TodoNote.occurrence == todo[2],
            )
        )
        .first()
    )
    return (row.note or "", row.packed) if row else ("", [])


def _row(session: Session, resident_id: UUID, todo: Todo) -> TodoNote:
    """The row of a to-do, made when missing; the card is locked, so there is one."""
    person_id, service, occurrence = todo
    held(session, resident_id, person_id, Act.SEE)
    found = load_catalogue().find(service)
    if found is None or not OCCURRENCE.fullmatch(occurrence):
        raise NotFound()
    if found.sensitive:
        raise KeepsNoAct()
    keys = {
        "resident_id": resident_id,
        "person_id": person_id,
        "service": service,
        "occurrence": occurrence,
    }
    row = session.scalar(select(TodoNote).filter_by(**keys))
    if row is None:
        row = TodoNote(**keys, packed=[])
        session.add(row)
    return row


class NotesOfCard(CardPart):
    """Notes go with a removed card and come back with it; nobody inherits them."""

    name = "todo_notes"

    def save(self, session: Session, person_id: UUID) -> list[dict[str, Any]]:
        """Every note on the card."""
        rows = session.scalars(select(TodoNote).where(TodoNote.person_id == person_id))
        return [
            {
                "resident": str(row.resident_id),
                "service": row.service,
                "occurrence": row.occurrence,
                "note": row.note,
                "packed": row.packed,
                "at": row.at.isoformat(),
            }
            for row in rows
        ]

    def restore(self, session: Session, person_id: UUID, rows: list[dict[str, Any]]) -> None:
        """The same notes."""
        for row in rows:
            session.add(
                TodoNote(
                    resident_id=UUID(row["resident"]),
                    person_id=person_id,
                    service=row["service"],
                    occurrence=row["occurrence"],
                    note=row["note"],
                    packed=row["packed"],
                    at=datetime.fromisoformat(row["at"]),
                )
            )

    def forget(self, session: Session, person_id: UUID, resident_id: UUID) -> None:
        """Who no longer has the card keeps no notes on it."""
        mine = (TodoNote.person_id == person_id) & (TodoNote.resident_id == resident_id)
        session.execute(delete(TodoNote).where(mine))

    def hand_over(self, session: Session, person_id: UUID, target: UUID) -> None:
        """Parents' notes are not the grown child's to read."""
        session.execute(delete(TodoNote).where(TodoNote.person_id == person_id))

"""A resident's own to-dos: written, changed, done, removed, each with its way back and audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict, NotFound
from portal.mypage.own_models import OwnTodo
from portal.residents.holding import held
from portal.residents.rights import Act

MOST = 100
UNDO_FOR = timedelta(days=7)


class TooMany(Conflict):
    """There are as many open to-dos as one account may have."""

    message = N_("There is room for 100 to-dos of your own. Finish or remove one to add another.")


@dataclass(frozen=True)
class Words:
    """What a resident writes."""

    title: str
    note: str | None = None
    due_on: date | None = None
    person_id: UUID | None = None


def add(session: Session, resident_id: UUID, words: Words) -> OwnTodo:
    """Write a new one; TooMany beyond 100 open ones."""
    still = select(func.count()).where(
        OwnTodo.resident_id == resident_id, OwnTodo.done_at.is_(None), OwnTodo.removed_at.is_(None)
    )
    if (session.scalar(still) or 0) >= MOST:
        raise TooMany()
    row = OwnTodo(resident_id=resident_id)
    _write(session, row, words)
    session.add(row)
    session.flush()
    audit.record(session, "own_todo.added", ("own_todo", row.id))
    return row


def change(session: Session, resident_id: UUID, todo_id: UUID, words: Words) -> None:
    """Write it anew."""
    row = _mine(session, resident_id, todo_id)
    _write(session, row, words)
    audit.record(session, "own_todo.changed", ("own_todo", row.id))


def finish(session: Session, resident_id: UUID, todo_id: UUID) -> None:
    """It is done."""
    row = _mine(session, resident_id, todo_id)
    row.done_at = row.done_at or now()
    audit.record(session, "own_todo.completed", ("own_todo", row.id))


def remove(session: Session, resident_id: UUID, todo_id: UUID) -> None:
    """Take it away; for a week it can be brought back."""
    row = _mine(session, resident_id, todo_id)
    row.removed_at = row.removed_at or now()
    audit.record(session, "own_todo.removed", ("own_todo", row.id))


def bring_back(session: Session, resident_id: UUID, todo_id: UUID) -> None:
    """Neither done nor removed any more."""
    row = _mine(session, resident_id, todo_id)
    row.done_at = row.removed_at = None
    audit.record(session, "own_todo.undone", ("own_todo", row.id))


def own_todo(resident_id: UUID, todo_id: UUID) -> OwnTodo:
    """One of this resident's; NotFound for anybody else's."""
    found = read().execute(
        select(OwnTodo.__table__).where(
            OwnTodo.id == todo_id, OwnTodo.resident_id == resident_id, OwnTodo.removed_at.is_(None)
        )
    )
    row = found.first()
    if row is None:
        raise NotFound()
    return OwnTodo(**row._mapping)


def put_aside(resident_id: UUID) -> list[OwnTodo]:
    """What is done, or was removed within the week, newest first."""
    aside = OwnTodo.done_at.is_not(None) | (OwnTodo.removed_at > now() - UNDO_FOR)
    rows = read().execute(
        select(OwnTodo.__table__)
        .where(OwnTodo.resident_id == resident_id, aside)
        .order_by(func.coalesce(OwnTodo.removed_at, OwnTodo.done_at).desc())
        .limit(MOST)
    )
    return [OwnTodo(**row._mapping) for row in rows]


def sweep() -> int:
    """Forget removed ones that can no longer be brought back; returns how many."""
    return read().execute(delete(OwnTodo).where(OwnTodo.removed_at < now() - UNDO_FOR)).rowcount


def _write(session: Session, row: OwnTodo, words: Words) -> None:
    if words.person_id is not None:
        held(session, row.resident_id, words.person_id, Act.SEE)
    row.title, row.note = words.title, words.note or None
    row.due_on, row.person_id = words.due_on, words.person_id


def _mine(session: Session, resident_id: UUID, todo_id: UUID) -> OwnTodo:
    row = session.get(OwnTodo, todo_id, with_for_update=True)
    gone = row is not None and row.removed_at is not None and row.removed_at < now() - UNDO_FOR
    if row is None or row.resident_id != resident_id or gone:
        raise NotFound()
    return row

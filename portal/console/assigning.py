"""Whose work a row is: a bulk act any list can offer, and the names for its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.console.records import Assignment
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.core.errors import N_, Conflict
from portal.core.registries import BulkAct, registries

Names = Callable[[Session, Sequence[str]], Mapping[str, str]]


def assigning(name: str, needs: str, names: Names, kept_as: Callable[[str], str] = str) -> BulkAct:
    """The act for the list of this name; only who may do the work gets it."""

    def apply(session: Session, row: str, value: str, by: UUID) -> Any:
        return _give(session, name, kept_as(row), UUID(value), by)

    def undo(session: Session, row: str, before: Any, by: UUID) -> None:
        _give_back(session, name, kept_as(row), before, by)

    def choices() -> Mapping[str, str]:
        find = registries().staff_with
        return {str(key): said for key, said in find(needs).items()} if find else {}

    return BulkAct(f"{name}.assign", N_("Whose work it is"), needs, apply, names, undo, choices)


def assigned(name: str) -> dict[str, str]:
    """Rows of a list with the name of the clerk whose work each is."""
    table = Assignment.__table__
    found = read().execute(select(table.c.row, table.c.staff_id).where(table.c.list == name))
    find = registries().staff_name
    said: dict[UUID, str] = {}
    rows = {}
    for row, staff_id in found:
        if staff_id not in said:
            said[staff_id] = find(staff_id) if find else ""
        rows[row] = said[staff_id]
    return rows


def _give(session: Session, name: str, row: str, staff_id: UUID, by: UUID) -> dict[str, Any]:
    kept = session.get(Assignment, (name, row), with_for_update=True)
    before = str(kept.staff_id) if kept else None
    if kept is None:
        kept = Assignment(list=name, row=row, staff_id=staff_id, by=by)
        session.add(kept)
    kept.staff_id, kept.by, kept.at = staff_id, by, now()
    session.flush()
    audit.record(session, "list.assign", (name, row[:100]), to=str(staff_id))
    return {"before": before, "after": str(staff_id)}


def _give_back(session: Session, name: str, row: str, said: Any, by: UUID) -> None:
    kept = session.get(Assignment, (name, row), with_for_update=True)
    if kept is None or str(kept.staff_id) != said["after"]:
        raise Conflict()
    if said["before"] is None:
        session.delete(kept)
    else:
        kept.staff_id, kept.by, kept.at = UUID(said["before"]), by, now()
    session.flush()
    audit.record(session, "list.undone", (name, row[:100]))

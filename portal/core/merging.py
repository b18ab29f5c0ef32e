"""Two accounts of one person become one: steps that are written down, so that they can be undone.

A part (`registries.merge_parts`) takes steps; the log of them, sealed, is what an undo reads. An
undone step touches only what is still as the step left it: what happened since is kept.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    bindparam,
    exists,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from portal.core.db import Base

MOVES = ""  # of `columns`: these rows move, all or some; any other words say why they do not
Key = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """Something of which there can be one only; the first option is chosen beforehand."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]  # (value, words)


@dataclass
class Preview:
    """What would come together: lines to read, questions to answer, and what forbids it."""

    lines: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class MergePart(Protocol):
    """How the rows of one part of the product that hang on a resident join another account.

    `columns`: every foreign key to `residents.id` ("persons.resident_id") with MOVES or a reason.
    A house test compares them with the database.
    """

    columns: Mapping[str, str]

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """What would happen, in the page's language."""
        ...

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Do it, by steps only."""
        ...


class Steps:
    """What a merge does to rows, each written down."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.log: list[dict[str, Any]] = []
        self.notes: set[str] = set()  # what later parts must know: identities that came over

    def move(
        self, column: Column[Any], source: UUID, target: UUID, *where: ColumnElement[bool]
    ) -> int:
        """Rows of `source` in this column become `target`'s; returns how many."""
        table = column.table
        assert isinstance(table, Table)  # noqa: S101  (a record's own column)
        names = [one.name for one in table.primary_key if one.name != column.name]
        moved = self.session.execute(
            update(table)
            .where(column == source, *where)
            .values({column.name: target})
            .returning(*(table.c[name] for name in names))
        ).all()
        keys = [_packed(row._asdict()) for row in moved]
        place = {"table": table.name, "column": column.name}
        if keys:
            ends = {"source": str(source), "target": str(target)}
            self.log.append({"do": "move", **place, **ends, "keys": keys})
        return len(keys)

    def write(self, table: Table, key: Key, values: Mapping[str, Any]) -> None:
        """Write raw values (encrypted columns: their bytes) into one row."""
        old = raw(self.session, table, key, values)
        _set(self.session, table, key, values)
        step = {"do": "write", "table": table.name, "key": _packed(key)}
        self.log.append(step | {"old": _packed(old), "new": _packed(values)})


def raw(session: Session, table: Table, key: Key, names: Sequence[str] | Key) -> dict[str, Any]:
    """Columns of one row as they lie in the database."""
    found = session.execute(
        select(*(_plain(table.c[name]).label(name) for name in names)).where(_is(table, key))
    ).one()
    return found._asdict()


def absent(column: Column[Any], target: UUID, *same: str) -> ColumnElement[bool]:
    """Whether `target` has no row that is the same in these columns."""
    table = column.table
    assert isinstance(table, Table)  # noqa: S101
    there = table.alias()
    alike = (there.c[name] == table.c[name] for name in same)
    return ~exists().where(there.c[column.name] == target, *alike)


def undo(session: Session, log: Sequence[Mapping[str, Any]]) -> int:
    """Take the steps back, the last one first; returns how many could not be."""
    kept = 0
    for step in reversed(log):
        table = Base.metadata.tables[step["table"]]
        take_back = _unmove if step["do"] == "move" else _unwrite
        kept += take_back(session, table, step)
    return kept


def _unmove(session: Session, table: Table, step: Mapping[str, Any]) -> int:
    column = table.c[step["column"]]
    source, target = UUID(step["source"]), UUID(step["target"])
    kept = 0
    for packed in step["keys"]:
        where = and_(column == target, _is(table, _unpacked(packed)))
        kept += _try(session, update(table).where(where).values({column.name: source}))
    return kept


def _unwrite(session: Session, table: Table, step: Mapping[str, Any]) -> int:
    key, old, new = (_unpacked(step[name]) for name in ("key", "old", "new"))
    same = (
        _plain(table.c[name]).is_not_distinct_from(_bound(table.c[name], value))
        for name, value in new.items()
    )
    unchanged = and_(*same)
    values = {name: _bound(table.c[name], value) for name, value in old.items()}
    return _try(session, update(table).where(_is(table, key), unchanged).values(values))


def _try(session: Session, statement: Any) -> int:
    """Somebody else may hold now what the row would have again: then it stays as it is."""
    try:
        with session.begin_nested():
            done: Any = session.execute(statement)
            return 0 if done.rowcount else 1
    except IntegrityError:
        return 1


def _set(session: Session, table: Table, key: Key, values: Mapping[str, Any]) -> None:
    raw_values = {name: _bound(table.c[name], value) for name, value in values.items()}
    session.execute(update(table).where(_is(table, key)).values(raw_values))


def _is(table: Table, key: Key) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, LargeBinary) if isinstance(column.type, TypeDecorator) else column


def _bound(column: Column[Any], value: Any) -> ColumnElement[Any]:
    """A value past the column's encryption: it is encrypted already."""
    kind = LargeBinary() if isinstance(column.type, TypeDecorator) else column.type
    return bindparam(None, value, type_=kind)


def _packed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _pack(value) for name, value in values.items()}


def _unpacked(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _unpack(value) for name, value in values.items()}


def _pack(value: Any) -> Any:
    """JSON has no bytes, moments, days and ids: a pair of the kind and a text."""
    if isinstance(value, bytes | memoryview):
        return ["bytes", base64.b64encode(bytes(value)).decode()]
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return ["uuid", str(value)] if isinstance(value, UUID) else ["json", value]


def _unpack(pair: Any) -> Any:
    kind, value = pair
    readers: dict[str, Callable[[str], Any]] = {
        "bytes": base64.b64decode,
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "uuid": UUID,
    }
    return value if kind == "json" else readers[kind](value)

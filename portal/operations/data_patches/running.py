"""A script on the database: tried and rolled back, or run; what was before and after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, delete, insert, or_, select, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, database
from portal.core.ids import new_id
from portal.core.personal_data import plain_value
from portal.core.signing import canonical
from portal.operations.data_patches.script import MOST_ROWS, FaultyScript, Step
from portal.privacy.columns import said

MASK = "●"
# The log, rights, sessions and the machinery of approvals: no patch touches what watches patches.
CLOSED = ("alembic", "audit_", "authenticators", "data_patches", "exit_", "extract_", "identities",
          "line_grants", "outbox_messages", "passkey", "provider_", "recovery_", "resident_looks",
          "saml_", "saved_extracts", "sessions", "staff_", "verified_records")  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One row: nothing before it was inserted, nothing after it was deleted."""

    table: str
    key: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"table": self.table, "key": _plain(self.key),
                "before": _plain(self.before), "after": _plain(self.after)}  # fmt: skip


def tried(steps: list[Step]) -> list[Change]:
    """What the script would do; everything is rolled back. Raises FaultyScript."""
    with Session(database().engine) as session:
        try:
            return apply(session, steps)
        finally:
            session.expunge_all()
            session.rollback()


def apply(session: Session, steps: list[Step]) -> list[Change]:
    """Do it in this transaction; raises FaultyScript when a step does not do what it expects."""
    found: list[Change] = []
    for number, step in enumerate(steps, 1):
        try:
            done = _done(session, step)
        except FaultyScript as error:
            raise FaultyScript(f"step {number}: {error}") from None
        except (DBAPIError, StatementError) as error:
            raise FaultyScript(f"step {number}: the database refuses: {_words(error)}") from None
        if len(done) != step.expect:
            raise FaultyScript(f"step {number}: {len(done)} rows, not {step.expect} as expected")
        found += done
    return found


def seen(changes: list[Change]) -> str:
    """Hash of the rows as they were before and would be after (new ids apart)."""
    said = [
        {"table": one.table, "before": _plain(one.before),
         "key": _plain(one.key) if one.before else None}
        for one in changes
    ]  # fmt: skip
    return hashlib.sha256(canonical(said)).hexdigest()


def masked(change: Change) -> list[tuple[str, str, str]]:
    """(column, before, after) of what changes; personal values as ●."""
    table = _table(change.table)
    before, after = change.before or {}, change.after or {}
    return [
        (one.name, _shown(one, before), _shown(one, after))
        for one in table.columns
        if before.get(one.name) != after.get(one.name) or one.primary_key
    ]


def undo_steps(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The script that puts everything back, from what was kept; the last change first."""
    found: list[dict[str, Any]] = []
    for one in reversed(changes):
        table, key, before, after = one["table"], one["key"], one["before"], one["after"]
        if before is None:
            found.append({"delete": table, "where": key, "expect": 1})
        elif after is None:
            found.append({"insert": table, "rows": [before], "expect": 1})
        else:
            back = {name: value for name, value in before.items() if value != after[name]}
            if back:
                found.append({"update": table, "where": key, "set": back, "expect": 1})
    return found


def _done(session: Session, step: Step) -> list[Change]:
    table = _table(step.table)
    if step.verb == "insert":
        return [_inserted(session, table, _typed(table, row)) for row in step.values]
    rows = _rows(session, table, step.where)
    changes = []
    for before in rows:
        key = {one.name: before[one.name] for one in table.primary_key}
        mine = [table.c[name] == value for name, value in key.items()]
        if step.verb == "delete":
            session.execute(delete(table).where(*mine))
            changes.append(Change(table.name, key, before, None))
            continue
        session.execute(update(table).where(*mine).values(_typed(table, step.values[0])))
        now_key = key | {n: v for n, v in _typed(table, step.values[0]).items() if n in key}
        after = _rows(session, table, now_key)[0]
        changes.append(Change(table.name, now_key, before, after))
    return changes


def _inserted(session: Session, table: Table, row: dict[str, Any]) -> Change:
    key = {one.name: row.get(one.name) for one in table.primary_key}
    for one in table.primary_key:
        if key[one.name] is None and isinstance(one.type, Uuid):
            key[one.name] = row[one.name] = new_id()
    session.execute(insert(table).values(row))
    return Change(table.name, key, None, _rows(session, table, key)[0])


def _rows(session: Session, table: Table, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    conditions = []
    for name, wanted in where.items():
        column = _column(table, name)
        if isinstance(column.type, Personal | PersonalJSON):
            raise FaultyScript(f"{name} is encrypted: no condition can be put on it")
        several = wanted if isinstance(wanted, list) else [wanted]
        values = [_value(column, one) for one in several if one is not None]
        either = [column.in_(values)] + ([column.is_(None)] if None in several else [])
        conditions.append(or_(*either))
    found = select(table).where(*conditions).order_by(*table.primary_key).limit(MOST_ROWS + 1)
    rows = [dict(row._mapping) for row in session.execute(found.with_for_update())]
    if len(rows) > MOST_ROWS:
        raise FaultyScript(f"more than {MOST_ROWS} rows")
    return rows


def _table(name: str) -> Table:
    found = Base.metadata.tables.get(name)
    if found is None or name.startswith(CLOSED):
        raise FaultyScript(f"no patch may touch a table {name}")
    return found


def _column(table: Table, name: str) -> Column[Any]:
    if name not in table.c or table.c[name].computed is not None:
        raise FaultyScript(f"{table.name} has no column {name}")
    return table.c[name]


def _typed(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(_column(table, name), value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    """YAML's value as the column's: ids and moments may come as text."""
    if not isinstance(value, str):
        return value
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return value
    try:
        if kind is UUID:
            return UUID(value)
        if kind is datetime:
            return datetime.fromisoformat(value)
        if kind is date:
            return date.fromisoformat(value)
        return (
            bytes.fromhex(value.removeprefix("\\x"))
            if kind is bytes and not isinstance(column.type, Personal | PersonalJSON)
            else value
        )
    except ValueError:
        raise FaultyScript(f"{column.name}: {kind.__name__} is needed") from None


def _shown(column: Column[Any], row: Mapping[str, Any]) -> str:
    value = row.get(column.name)
    if value is None:
        return "–"
    sealed = isinstance(column.type, Personal | PersonalJSON)
    name = f"{column.table.name}.{column.name}"
    return MASK if sealed or name in said() else str(plain_value(value))


def _plain(row: Mapping[str, Any] | None) -> Any:
    """A row as JSON knows it."""
    if row is None:
        return None
    return {
        name: f"\\x{bytes(value).hex()}" if isinstance(value, bytes) else plain_value(value)
        for name, value in row.items()
    }


def _words(error: Exception) -> str:
    """The kind of fault only: the server's sentence may hold values."""
    original = getattr(error, "orig", None)
    return type(original or error).__name__

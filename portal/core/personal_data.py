"""What is kept about residents: each package says its parts, so that each can be taken and erased.

A part (`registries.personal_data`) gives its rows of one resident, for the download and for the
rehearsal of leaving. House tests compare what the parts say with the database and the records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Row = Mapping[str, Any]
Rows = Callable[[Session, UUID], list[dict[str, Any]]]


@dataclass(frozen=True)
class ExportPart:
    """One heading of the download. `fields`: every key of a row with its message key, in order."""

    key: str  # in data.json; never changes its meaning
    label: str  # a message key
    fields: Mapping[str, str]
    rows: Rows
    covers: Sequence[str]  # foreign keys to residents and persons: "own_todos.resident_id"


@dataclass(frozen=True)
class Kept:
    """Why a personal column is kept and for how long: sentences of docs/personal-data.md."""

    why: str
    how_long: str


@dataclass(frozen=True)
class PersonalData:
    """Everything one package says about the data it keeps of residents."""

    parts: Sequence[ExportPart] = ()
    # Foreign keys whose rows are in no part, and why.
    not_exported: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Kept] = field(default_factory=dict)  # "persons.birthdate"


def table_part(
    key: str,
    label: str,
    whose: InstrumentedAttribute[Any],
    fields: Mapping[str, str],
    *where: ColumnElement[bool],
    covers: Sequence[str] | None = None,
) -> ExportPart:
    """A part that is one record: the rows whose column `whose` is the resident."""
    record = whose.class_

    def rows(session: Session, resident_id: UUID) -> list[dict[str, Any]]:
        columns = [getattr(record, name).label(name) for name in fields]
        found = select(*columns).where(whose == resident_id, *where)
        return as_rows(session.execute(found.order_by(*record.__table__.primary_key)))

    said = covers if covers is not None else (f"{record.__tablename__}.{whose.key}",)
    return ExportPart(key, label, fields, rows, said)


def as_rows(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Database rows as values JSON knows."""
    return [{name: plain_value(value) for name, value in row._asdict().items()} for row in found]


def plain_value(value: Any) -> Any:
    """Days and moments as ISO 8601 (moments in UTC), ids as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain_value(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


def kept(table: str, why: str, how_long: str, *columns: str) -> dict[str, Kept]:
    """Several columns of a table that are kept for one reason and as long."""
    return {f"{table}.{column}": Kept(why, how_long) for column in columns}

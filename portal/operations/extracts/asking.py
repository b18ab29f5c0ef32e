"""The question to the database: read only, timed, at most so many rows, masked there and then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    SQLColumnExpression,
    String,
    case,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import OperationalError

from portal.core.clock import TOKYO, in_tokyo
from portal.core.db import database
from portal.core.errors import N_, MadoError
from portal.core.extracting import DAY, FLAG, MOMENT, NUMBER, Column, Subject
from portal.core.i18n import gettext
from portal.operations.extracts.choosing import FROM, IS, Choice, Condition

MASK = "●"
MOST = 100_000
PREVIEWED = 20
PATIENCE = timedelta(seconds=20)


class TooMuch(MadoError):
    """More rows than may leave, or the database took too long."""


@dataclass(frozen=True)
class Found:
    """Rows as text, and of whom they are where that is known."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    residents: frozenset[Any] = frozenset()


def preview(subject: Subject, choice: Choice) -> tuple[Found, int]:
    """The first rows, always masked, and how many there would be (one more than may leave)."""
    with _asking() as connection:
        found = _found(connection, subject, choice, clear=False, most=PREVIEWED)
        inner = select(literal(1)).select_from(subject.source).where(*_where(subject, choice))
        counted = select(func.count()).select_from(inner.limit(MOST + 1).subquery())
        return found, int(connection.execute(counted).scalar_one())


def extract(subject: Subject, choice: Choice, *, clear: bool) -> Found:
    """All rows; raises TooMuch."""
    with _asking() as connection:
        found = _found(connection, subject, choice, clear=clear, most=MOST + 1)
    if len(found.rows) > MOST:
        raise TooMuch(N_("These are more than 100,000 rows. Please add conditions."))
    return found


@contextmanager
def _asking() -> Iterator[Connection]:
    """A transaction that can change nothing and ends by itself."""
    with database().engine.connect() as connection, connection.begin():
        connection.execute(text("SET TRANSACTION READ ONLY"))
        milliseconds = int(PATIENCE.total_seconds() * 1000)
        connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
        try:
            yield connection
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != "57014":  # query_canceled
                raise
            raise TooMuch(N_("This takes too long. Please add conditions.")) from None


def _found(
    connection: Connection, subject: Subject, choice: Choice, *, clear: bool, most: int
) -> Found:
    columns = [one for key in choice.columns if (one := subject.column(key))]
    values: list[Any] = [_value(one, clear).label(f"c{at}") for at, one in enumerate(columns)]
    whose = subject.resident if clear and choice.personal(subject) else None
    wanted = select(*values, *([] if whose is None else [whose.label("whose")]))
    wanted = wanted.select_from(subject.source).where(*_where(subject, choice))
    rows = connection.execute(wanted.order_by(*subject.order).limit(most)).all()
    width = len(columns)
    return Found(
        tuple(gettext(one.label) for one in columns),
        tuple(_texts(columns, row[:width]) for row in rows),
        frozenset(row[width] for row in rows if row[width]) if whose is not None else frozenset(),
    )


def _value(column: Column, clear: bool) -> SQLColumnExpression[Any]:
    """A masked value never leaves the database."""
    if clear or not column.personal:
        return column.value
    return case((column.value.is_(None), literal("")), else_=literal(MASK))


def _where(subject: Subject, choice: Choice) -> list[SQLColumnExpression[bool]]:
    found = list(subject.where)
    for one in choice.conditions:
        column = subject.column(one.column)
        if column is not None:
            found.append(_condition(column, one))
    return found


def _condition(column: Column, one: Condition) -> SQLColumnExpression[bool]:
    if one.way == IS and column.kind == FLAG:
        wanted = [value == "yes" for value in one.values]
        return column.value.in_(wanted)
    if one.way == IS:
        return column.value.in_(one.values)
    if column.kind in (DAY, MOMENT, NUMBER):
        return _bound(column, one.way, one.values[0])
    return cast(column.value, String).icontains(one.values[0], autoescape=True)


def _bound(column: Column, way: str, typed: str) -> SQLColumnExpression[bool]:
    if column.kind == NUMBER:
        return column.value >= int(typed) if way == FROM else column.value <= int(typed)
    day = date.fromisoformat(typed)
    if column.kind == DAY:
        return column.value >= day if way == FROM else column.value <= day
    if way == FROM:
        return column.value >= _midnight(day)
    return column.value < _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)


def _texts(columns: Sequence[Column], row: Sequence[Any]) -> tuple[str, ...]:
    named = [(one.values() if one.values else {}) for one in columns]
    return tuple(_text(value, names) for value, names in zip(row, named, strict=True))


def _text(value: Any, names: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext(N_("Yes")) if value else gettext(N_("No"))
    if isinstance(value, datetime):
        return f"{in_tokyo(value):%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(names.get(value, value))

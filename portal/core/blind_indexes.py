"""Columns of blind indexes, and writing them while their key changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.core.crypto import blind_indexes


@dataclass(frozen=True)
class BlindIndex:
    """A column of blind indexes and the sealed column of its table they are made of.

    `spelled(value, row)` gives what is hashed and for what purpose; `also` are the columns of the
    row it reads. `followers` are (table, column) elsewhere that hold the same indexes.
    """

    table: str
    column: str
    sealed: str
    spelled: Callable[[str, Mapping[str, Any]], tuple[str, str]]
    also: tuple[str, ...] = ()
    followers: tuple[tuple[str, str], ...] = ()


def index_to_write(
    session: Session, column: InstrumentedAttribute[Any], value: str, purpose: str
) -> bytes:
    """The index of this value; a row that has it by another key is brought to it first.

    So the column's own unique constraint says whether the value is taken, also while keys change.
    Two machines of which one has not read the new list yet wait for each other.
    """
    written, *others = blind_indexes(value, purpose)
    if others:
        number = int.from_bytes(min(written, *others)[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
        there = aliased(column.class_)
        session.execute(
            update(column.class_)
            .where(column.in_(others))
            .where(~exists().where(getattr(there, column.key) == written))
            .values({column.key: written})
            .execution_options(synchronize_session=False)
        )
    return written

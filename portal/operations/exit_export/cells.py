r"""Values of the database as cells of CSV and back, so that nothing changes on the way.

`\N` is no value, `\S` a secret kept back, `\x…` bytes in hexadecimal; a text that begins with a
backslash has one more. Days and moments are ISO 8601, lists and objects JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Time,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from portal.core.crypto import PersonalJSON

NOTHING, SECRET, BYTES = r"\N", r"\S", r"\x"
_READ: tuple[tuple[type[Any], Callable[[str], Any]], ...] = (
    (PersonalJSON, json.loads),
    (Uuid, UUID),
    (Boolean, lambda cell: cell == "true"),
    (Integer, int),
    (Float, float),
    (Numeric, float),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (Time, time.fromisoformat),
    (JSONB, json.loads),
    (ARRAY, json.loads),
    (LargeBinary, lambda cell: bytes.fromhex(cell.removeprefix(BYTES))),
)


def cell(value: Any) -> str:
    """A value as text."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | memoryview):
        return BYTES + bytes(value).hex()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    text = str(value)
    return "\\" + text if text.startswith("\\") else text


def value(text: str, column: Column[Any]) -> Any:
    """The value a cell of this column says."""
    if text in (NOTHING, SECRET):
        return None
    kind = column.type
    for known, read in _READ:
        if isinstance(kind, known):
            return read(text)
    return text[1:] if text.startswith("\\") else text

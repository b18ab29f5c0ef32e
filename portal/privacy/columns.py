"""The table of personal columns and the description of data.json, from what packages say."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base
from portal.core.personal_data import Kept
from portal.core.registries import registries

TIED = {"residents", "persons"}
SPEAKS = (Date, Text, Boolean, JSONB, ARRAY)  # ids, moments, hashes and counts say nothing alone
HEAD = """# Personal data: every column, why and how long

Made by `./mado privacy table` from what the packages say (`personal_data.py` in each); a test
compares it with the records. *Sealed*: encrypted at rest, opened only to be shown or used.
Columns of ids, moments, hashes and counts are left out: they go with their row.

| column | sealed | why it is kept | how long |
|---|---|---|---|
"""
FORMAT_HEAD = """# The download of a resident: data.json

Made by `./mado privacy format`. UTF-8, one object:

- `format`: always `"mado-export"`; `version`: `1`. Parts and fields may be added within a version;
  one is never renamed or given another meaning.
- `made_at`: moment (ISO 8601, UTC); `made_by`: address of the portal.
- `parts`: an object; each key below holds a list of objects with exactly these fields. Days are
  `2026-11-20`, moments ISO 8601 in UTC, missing values `null`.

| part | what | fields |
|---|---|---|
"""


def said() -> dict[str, Kept]:
    """What every package says of its columns."""
    found: dict[str, Kept] = {}
    for data in registries().personal_data:
        twice = found.keys() & data.columns.keys()
        assert not twice, f"said twice: {twice}"  # noqa: S101  (a fault of ours, not of anybody)
        found |= data.columns
    return found


def to_say() -> set[str]:
    """Columns that must be said: all sealed ones, and what speaks of residents in the clear."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if _is_sealed(column) or (_is_tied(table.name) and isinstance(column.type, SPEAKS))
    }


def as_markdown() -> str:
    """docs/personal-data.md."""
    rows = []
    for name, why in sorted(said().items()):
        table, _, column = name.partition(".")
        sealed = "sealed" if _is_sealed(Base.metadata.tables[table].c[column]) else ""
        rows.append(f"| `{name}` | {sealed} | {why.why} | {why.how_long} |")
    return HEAD + "\n".join(rows) + "\n\n" + _left_out()


def format_as_markdown() -> str:
    """docs/data-export.md."""
    parts = (part for data in registries().personal_data for part in data.parts)
    rows = [f"| `{p.key}` | {p.label} | {', '.join(f'`{f}`' for f in p.fields)} |" for p in parts]
    return FORMAT_HEAD + "\n".join(rows) + "\n"


def _left_out() -> str:
    """What the download leaves out, and why."""
    found: dict[str, str] = {}
    for data in registries().personal_data:
        found |= data.not_exported
    lines = [f"- `{name}`: {why}" for name, why in sorted(found.items())]
    return "## Not in the download\n\n" + "\n".join(lines) + "\n"


def _is_sealed(column: Column[object]) -> bool:
    return isinstance(column.type, Personal | PersonalJSON)


def _is_tied(name: str) -> bool:
    keys = Base.metadata.tables[name].foreign_keys
    return name == "residents" or any(key.column.table.name in TIED for key in keys)

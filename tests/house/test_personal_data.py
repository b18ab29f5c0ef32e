"""What is kept of residents is said, column by column, and taken along, key by key."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import inspect

from portal.core.db import Base, database
from portal.core.registries import registries
from portal.privacy.columns import as_markdown, format_as_markdown, said, to_say

DOCS = Path(__file__).resolve().parents[2] / "docs"


def hanging() -> set[str]:
    """Every column of the real database that points at a resident or a card."""
    found = inspect(database().engine)
    return {
        f"{table}.{column}"
        for table in found.get_table_names()
        for key in found.get_foreign_keys(table)
        if key["referred_table"] in {"residents", "persons"}
        for column in key["constrained_columns"]
    }


def test_every_foreign_key_is_in_a_part_or_left_out_for_a_reason(ctx: Flask) -> None:
    taken = {c for data in registries().personal_data for p in data.parts for c in p.covers}
    left_out = {
        c: why for data in registries().personal_data for c, why in data.not_exported.items()
    }
    missing = hanging() - taken - set(left_out)
    assert not missing, f"say in a package's personal_data.py how residents take along {missing}"
    assert not (taken | set(left_out)) - hanging(), "of tables that are no more"
    assert not taken & set(left_out), "taken and left out"
    assert all(len(why) > 15 and why.endswith(".") for why in left_out.values())


def test_keys_of_parts_are_their_own(ctx: Flask) -> None:
    keys = [part.key for data in registries().personal_data for part in data.parts]
    assert len(keys) == len(set(keys))


def test_every_personal_column_says_why_it_is_kept_and_how_long(ctx: Flask) -> None:
    assert not to_say() - set(said()), f"say in personal_data.py: {sorted(to_say() - set(said()))}"
    columns = {f"{t.name}.{c.name}" for t in Base.metadata.tables.values() for c in t.columns}
    assert not set(said()) - columns, f"no such column: {sorted(set(said()) - columns)}"
    short = [name for name, why in said().items() if len(why.why) < 15 or not why.how_long]
    assert not short


def test_the_documents_say_what_the_packages_say(ctx: Flask) -> None:
    for name, words in (
        ("personal-data.md", as_markdown()),
        ("data-export.md", format_as_markdown()),
    ):
        again = f"run ./mado privacy table (format) > docs/{name}"
        assert (DOCS / name).read_text("utf-8") == words, again

"""Nothing that hangs on a resident is forgotten when two accounts become one."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import inspect

from portal.core.db import database
from portal.core.merging import MOVES
from portal.core.registries import registries


def hanging(app: Flask) -> set[str]:
    """Every column of the real database that points at residents."""
    found = inspect(database().engine)
    return {
        f"{table}.{column}"
        for table in found.get_table_names()
        for key in found.get_foreign_keys(table)
        if key["referred_table"] == "residents"
        for column in key["constrained_columns"]
    }


def test_every_row_that_hangs_on_a_resident_moves_or_stays_for_a_reason(ctx: Flask) -> None:
    said = [column for part in registries().merge_parts for column in part.columns]
    assert len(said) == len(set(said)), "said twice"
    missing = hanging(ctx) - set(said)
    assert not missing, f"say in a merge part (registries.merge_parts) what becomes of {missing}"
    assert not set(said) - hanging(ctx), "of tables that are no more"


def test_a_reason_is_a_sentence(ctx: Flask) -> None:
    reasons = [why for part in registries().merge_parts for why in part.columns.values()]
    assert all(why == MOVES or (len(why) > 15 and why.endswith(".")) for why in reasons)

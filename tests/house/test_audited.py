"""The watch that proves that no request and no job changes data without an audit entry.

`MADO_AUDITED=1 pytest …` puts every test's application under it.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from portal.core import audit
from portal.core.db import database, plain, read, transaction
from tests.audited import MACHINERY, doing, tables_of, watched


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT 1 FROM persons FOR UPDATE", set()),
        ("select * from persons for update skip locked", set()),
        ("INSERT INTO persons (id) VALUES (1) ON CONFLICT DO UPDATE SET a = 1", {"insert persons"}),
        ('UPDATE "persons" SET a = 1', {"update persons"}),
        ("WITH x AS (DELETE FROM persons RETURNING id) INSERT INTO audit_entries SELECT 1",
         {"delete persons", "insert audit_entries"}),
        ("SELECT 'DELETE FROM persons'", set()),
    ],
)  # fmt: skip
def test_the_watch_reads_statements(statement: str, found: set[str]) -> None:
    assert tables_of(statement) == found


def test_a_silent_change_is_seen_however_it_is_made(app: Flask) -> None:
    change = "UPDATE residents SET language = 'en'"
    with watched(app) as watch, app.test_request_context():
        with doing("loud"), transaction() as session:
            session.execute(text(change))
            audit.record(session, "language.changed")
        with doing("taken back"), transaction() as session:
            session.execute(text(change))
            session.rollback()
        assert watch.silent == set()
        with doing("by the session"), transaction() as session:
            session.execute(text(change))
        with doing("plainly"), transaction() as session:
            plain(session, change, {})
        with doing("by itself"):
            read().execute(text(change))
        with doing("by rows"):
            database().rows(change + " RETURNING 1", {})
    ways = ("by the session", "plainly", "by itself", "by rows")
    assert watch.silent == {(way, "update residents") for way in ways}


def test_machinery_is_there_and_has_its_reason(ctx: Flask) -> None:
    tables = set(inspect(database().engine).get_table_names())
    assert {name.split(" ")[-1] for name in MACHINERY} <= tables
    assert all(why.endswith(".") for why in MACHINERY.values())

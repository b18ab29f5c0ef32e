"""The watch that proves that no request and no job changes data without an audit entry.

`MADO_AUDITED=1 pytest …` puts every test's application under it.
"""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from portal.core import audit, changes, jobs
from portal.core.changes import MACHINERY, doing, tables_of
from portal.core.db import database, plain, read, transaction
from portal.core.ids import new_id
from portal.mypage.own_models import OwnTodo
from tests.audited import watched
from tests.notifications.city import approved, resident


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
    with app.app_context():
        resident()
    with watched(app) as watch, app.test_request_context():
        with doing("nobody there"), transaction() as session:
            session.execute(text(change + " WHERE false"))
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
    watch.silent.clear()  # these were meant


def test_machinery_is_there_and_has_its_reason(ctx: Flask) -> None:
    tables = set(inspect(database().engine).get_table_names())
    assert {name.split(" ")[-1] for name in MACHINERY} <= tables
    assert all(why.endswith(".") for why in MACHINERY.values())


def test_what_is_counted_becomes_rows(app: Flask) -> None:
    change = "UPDATE residents SET language = 'en'"
    with app.app_context():
        resident()
        for logged in (True, False, True):
            with doing("job"), transaction() as session:
                session.execute(text(change))
                if logged:
                    audit.record(session, "language.changed")
        changes.keep()
        with doing("job"):
            database().rows(change + " RETURNING 1", {})
        with app.test_request_context(), transaction() as session:
            plain(session, change, {})
            audit.record(session, "language.changed")
        app.extensions["mado.minutes"].write()
        rows = read().execute(text("SELECT what, changed, logged FROM change_days ORDER BY what"))
        app.extensions["mado.changes"].silent.clear()  # these were meant
        assert [tuple(row) for row in rows] == [("GET guide.home", 1, 1), ("job", 4, 2)]


def test_no_tick_changes_data_in_silence(app: Flask) -> None:
    """All ticks of the product, over somebody with addresses, a family, a to-do and a notice."""
    with watched(app) as watch, app.app_context():
        who = resident(line=1, mail="sakura@mail.example", children=((date(2026, 1, 9), "中央"),))
        with transaction() as session:
            session.add(OwnTodo(id=new_id(), resident_id=who, title="図書館"))
        approved()
        jobs.tick()
        read().execute(text("UPDATE outbox_messages SET created_at = now() - interval '9 days'"))
        jobs.tick()
        assert watch.silent == set()

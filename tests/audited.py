"""Watches the database while requests and jobs run: what changes data must write the log with it.

Each transaction's statements are read as they go to the driver, whoever made them: the ORM, Core or
a plain statement. A transaction that changed a table and wrote no audit entry is noted, unless the
table is machinery, for a reason said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from sqlalchemy import event

from portal.core import jobs

DML = re.compile(
    r"\b(INSERT|UPDATE|DELETE)(?<!FOR UPDATE)(?<!DO UPDATE)\s+"
    r"(?:INTO\s+|FROM\s+)?(?:ONLY\s+)?\"?(?!SET\b|OF\b|SKIP\b|NOWAIT\b)(\w+)",
    re.I,
)
TEXT = re.compile(r"'(?:[^']|'')*'")
LOG = "audit_entries"
# Nobody's data changes here: what is counted, queued, remembered for the machine's own sake.
MACHINERY = {
    "audit_links": "The seals of the log itself.",
    "audit_seals": "The seals of the log itself.",
    "sessions": "When a session was last seen; its beginning and end are entries.",
    "passkey_ceremonies": "Challenges on the way; what they come to is an entry.",
    "saml_answers": "Answers already taken, so that none is taken twice.",
    "update calendar_feeds": "When a calendar program last read it.",
    "survey_asks": "That somebody was asked, so that nobody is asked twice; answers have no name.",
    "update devices": "The secret changes at each use; new and forgotten ones are entries.",
    "delete devices": "Not used for longer than their cookie lives.",
    "sign_in_attempts": "Counts of tries, for limits.",
    "sign_in_flows": "Steps on the way to a sign-in; what they come to is an entry.",
    "kept_forms": "A form sent too late, for its writer, for 30 minutes.",
    "outbox_messages": "Messages on their way; what they tell of is an entry.",
}
_doing: ContextVar[str] = ContextVar("doing", default="")


def tables_of(statement: str) -> set[str]:
    """What a statement changes: "update devices"."""
    found = DML.findall(TEXT.sub("''", statement))
    return {f"{verb} {table}".lower() for verb, table in found}


class Watch:
    """What was changed without an entry: (request or job, "update devices")."""

    def __init__(self) -> None:
        self.silent: set[tuple[str, str]] = set()
        self._open: dict[int, set[str]] = {}

    def statement(self, driver: Any, statement: str, *, alone: bool) -> None:
        """A statement goes out; `alone`: it is a transaction of its own."""
        changed = tables_of(statement)
        if not _doing.get() or not changed:
            return
        if alone:
            self._over(changed)
        else:
            self._open.setdefault(id(driver), set()).update(changed)

    def ended(self, driver: Any, *, committed: bool) -> None:
        """A transaction is over."""
        changed = self._open.pop(id(driver), set())
        if committed and changed:
            self._over(changed)

    def _over(self, changed: set[str]) -> None:
        if f"insert {LOG}" in changed:
            return
        for what in changed - MACHINERY.keys():
            if what.partition(" ")[2] not in MACHINERY:
                self.silent.add((_doing.get(), what))


@contextmanager
def watched(app: Flask) -> Iterator[Watch]:
    """Everything requests and jobs of this application change meanwhile."""
    watch, database = Watch(), app.extensions["mado.database"]

    def executing(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        raw = connection.connection.driver_connection
        watch.statement(raw, statement, alone=raw.autocommit)

    def committed(connection: Any) -> None:
        watch.ended(connection.connection.driver_connection, committed=True)

    def rolled_back(connection: Any) -> None:
        watch.ended(connection.connection.driver_connection, committed=False)

    plain, rows, serve, run = database.plain, database.rows, app.wsgi_app, jobs.run

    def plainly(session: Any, sql: str, values: Any) -> Any:
        watch.statement(session.connection().connection.driver_connection, sql, alone=False)
        return plain(session, sql, values)

    def by_rows(sql: str, values: Any) -> Any:
        watch.statement(None, sql, alone=True)
        return rows(sql, values)

    def serving(environ: Any, start: Any) -> Any:
        token = _doing.set(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        try:
            return serve(environ, start)
        finally:
            _doing.reset(token)

    def running(job: str, *ids: str) -> None:
        with doing(job):
            run(job, *ids)

    listening = {"before_cursor_execute": executing, "commit": committed, "rollback": rolled_back}
    for name, call in listening.items():
        event.listen(database.engine, name, call)
    database.plain, database.rows = plainly, by_rows
    app.wsgi_app, jobs.run = serving, running  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        del database.plain, database.rows
        app.wsgi_app, jobs.run = serve, run  # type: ignore[method-assign]
        for name, call in listening.items():
            event.remove(database.engine, name, call)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """What goes on, for the note."""
    token = _doing.set(what)
    try:
        yield
    finally:
        _doing.reset(token)

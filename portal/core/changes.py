"""Counts what changes data, and whether each change wrote the log with it.

Statements are read where they go to the driver, whoever made them: the ORM, Core or a plain one. Of
each transaction of a request, a job or a tick that changed a table it is counted whether it wrote
an audit entry too, unless the table is machinery, for a reason said here.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from typing import Any

import psycopg
import structlog
from flask import Flask, current_app, has_request_context, request
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from portal.core.clock import today
from portal.core.db import Database, transaction

log = structlog.get_logger(__name__)

DML = re.compile(
    r"\b(INSERT|UPDATE|DELETE)(?<!FOR UPDATE)(?<!DO UPDATE)\s+"
    r"(?:INTO\s+|FROM\s+)?(?:ONLY\s+)?\"?(?!SET\b|OF\b|SKIP\b|NOWAIT\b)(\w+)",
    re.I,
)
# What follows is the values of many rows, which would fill the memory of a sending worker.
HEAD = 8_000  # characters
TEXT = re.compile(r"'(?:[^']|'')*'")
LOG = "insert audit_entries"
# Nobody's data changes here: what is counted, queued, remembered for the machine's own sake.
MACHINERY = {
    "audit_links": "The seals of the log itself.",
    "audit_seals": "The seals of the log itself.",
    "change_days": "These very counts.",
    "probes": "Looks at our own public pages.",
    "machine_samples": "How busy the machine was.",
    "job_runs": "When jobs ran.",
    "friendship_rounds": "When LINE was last asked who is a friend; what it says is an entry.",
    "newly_due_sweeps": "How far a round of the day has come; what it sends is an entry.",
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
    "report_drafts": "A report that was not sent yet; sending it is an entry.",
    "update inbox_entries": "When its reader opened a notice, noted by opening it.",
    "outbox_messages": "Messages on their way; what they tell of is an entry.",
}
ADD = """
INSERT INTO change_days (day, what, changed, logged) VALUES (%s, %s, %s, %s)
ON CONFLICT (day, what) DO UPDATE SET changed = change_days.changed + excluded.changed,
  logged = change_days.logged + excluded.logged
"""
Row = tuple[date, str, int, int]
_job: ContextVar[str] = ContextVar("job", default="")


@lru_cache(maxsize=4096)
def tables_of(statement: str) -> frozenset[str]:
    """What a statement changes: "update devices"."""
    found = DML.findall(TEXT.sub("''", statement))
    return frozenset(f"{verb} {table}".lower() for verb, table in found)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """A job or a tick is at work."""
    token = _job.set(what)
    try:
        yield
    finally:
        _job.reset(token)


class Changes:
    """What this process counted and has not written yet; `silent` is what no entry tells of."""

    def __init__(self, database: Database) -> None:
        self.silent: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._open: dict[int, set[str]] = {}
        self._counts: Counter[tuple[date, str, bool]] = Counter()
        database.saw = self.statement
        event.listen(database.engine, "after_cursor_execute", self._executed)
        event.listen(database.engine, "commit", self._committed)
        for name in ("begin", "rollback"):
            event.listen(database.engine, name, self._forget)

    def statement(self, driver: Any, statement: str, rows: int) -> None:
        """A statement was done; on an autocommit connection it is a transaction of its own.

        One that met no row changed nothing; how many those inside a WITH met nobody says.
        """
        changed = tables_of(statement[:HEAD])
        if not changed or (rows == 0 and statement.lstrip()[:4].upper() != "WITH"):
            return
        if driver.autocommit:
            self._over(changed)
        else:
            self._open.setdefault(id(driver), set()).update(changed)

    def take(self) -> list[Row]:
        """What was counted since the last time: day, what, changes, those with an entry."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        found = []
        for day, what in sorted({key[:2] for key in counts}):
            logged = counts[day, what, True]
            found.append((day, what, logged + counts[day, what, False], logged))
        return found

    def back(self, rows: list[Row]) -> None:
        """What could not be written, for the next time."""
        with self._lock:
            for day, what, changed, logged in rows:
                self._counts[day, what, True] += logged
                self._counts[day, what, False] += changed - logged

    def _executed(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.statement(connection.connection.driver_connection, statement, cursor.rowcount)

    def _committed(self, connection: Any) -> None:
        changed = self._open.pop(id(connection.connection.driver_connection), None)
        if changed:
            self._over(changed)

    def _forget(self, connection: Any) -> None:
        """Nothing is open there: rolled back, or beginning on what a lost server left."""
        if not connection.invalidated:
            self._open.pop(id(connection.connection.driver_connection), None)

    def _over(self, changed: set[str] | frozenset[str]) -> None:
        what = _what()
        left = changed - MACHINERY.keys() - {LOG}
        left = {each for each in left if each.partition(" ")[2] not in MACHINERY}
        if not what or not left:
            return
        logged = LOG in changed
        if not logged:
            self.silent |= {(what, each) for each in left}
        with self._lock:
            self._counts[today(), what, logged] += 1


def _what() -> str:
    """The job or tick, else the request's route; nothing for commands."""
    if job := _job.get():
        return job
    return f"{request.method} {request.endpoint}" if has_request_context() else ""


def install(app: Flask) -> None:
    """Watch this application's database."""
    app.extensions["mado.changes"] = Changes(app.extensions["mado.database"])


def keep() -> None:
    """Add what a job's process counted to the rows; a fault costs the counts only."""
    found: Changes = current_app.extensions["mado.changes"]
    rows = found.take()
    if not rows:
        return
    try:
        with transaction() as session:
            driver: Any = session.connection().connection.driver_connection
            driver.cursor().executemany(ADD, rows)
    except (SQLAlchemyError, psycopg.Error) as error:
        log.warning("changes.unkept", error=type(error).__name__)

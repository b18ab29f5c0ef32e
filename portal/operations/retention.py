"""Retention at night: our own deletions, a look at what every sweep left, and rows of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, current_app, has_request_context
from sqlalchemy import delete, event, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import in_tokyo, now, today
from portal.core.db import database, read, transaction
from portal.operations.retention_kinds import Check, Rule
from portal.operations.retention_records import RetentionCount, RetentionReport
from portal.operations.retention_rules import RULES

HOUR = 3  # in Japan, after the night's other work
KEPT = timedelta(days=400)
GRACE = timedelta(hours=1)  # a sweep may be a round or two late
DELETE = re.compile(r'\s*DELETE FROM "?(\w+)', re.IGNORECASE)


class RetentionOverdue(Exception):
    """Something is kept longer than we say: whoever is on call is told."""


class Deleted:
    """What background work of this process deleted and nobody wrote down yet."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def note(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        """After each statement: deletions outside of pages count, those of residents do not."""
        found = DELETE.match(statement)
        if found and cursor.rowcount > 0 and not has_request_context():
            with self._lock:
                self._counts[found[1]] += cursor.rowcount

    def take(self) -> Counter[str]:
        """All of it, and begin anew."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken


@dataclass(frozen=True)
class Line:
    """One rule with its newest report, if there is one."""

    rule: Rule
    row: RetentionReport | None


def install(app: Flask) -> None:
    """Count from the first statement on."""
    counted = app.extensions["mado.deleted"] = Deleted()
    event.listen(app.extensions["mado.database"].engine, "after_cursor_execute", counted.note)


def tick() -> int:
    """Write down what went; once a night make the report. Returns rows deleted by this call."""
    keep_counts()
    day = today()
    if in_tokyo(now()).hour < HOUR:
        return 0
    if read().execute(select(RetentionReport.rule).where(RetentionReport.day == day)).first():
        return 0
    return run(day)


def keep_counts() -> None:
    """This process's counts into the table, for the next report."""
    taken: Counter[str] = current_app.extensions["mado.deleted"].take()
    if not taken:
        return
    with transaction() as session:
        for name, count in sorted(taken.items()):
            row = insert(RetentionCount).values(name=name, deleted=count)
            more = {"deleted": RetentionCount.deleted + row.excluded.deleted}
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_=more))


def run(day: date) -> int:
    """Delete what only the night deletes, look at every rule, write the report of the day."""
    gone = _end_at_night()
    keep_counts()
    with transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = '5min'"))
        taken = session.execute(delete(RetentionCount).returning(RetentionCount))
        counts = Counter({row.name: row.deleted for row in taken.scalars()})
        rows = [_looked_at(session, rule, counts, day) for rule in RULES]
        for values in rows:
            row = insert(RetentionReport).values(**values)
            again = {**values, "deleted": RetentionReport.deleted + values["deleted"]}
            session.execute(row.on_conflict_do_update(index_elements=["day", "rule"], set_=again))
        session.execute(delete(RetentionReport).where(RetentionReport.day < day - KEPT))
        overdue = {values["rule"]: values["overdue"] for values in rows if values["overdue"]}
        total = sum(values["deleted"] for values in rows)
        audit.record(session, "retention.run", None, deleted=total, overdue=sum(overdue.values()))
    if overdue:
        raise RetentionOverdue(", ".join(sorted(overdue)))
    return gone


def _end_at_night() -> int:
    gone = 0
    for rule in RULES:
        for name, over in rule.ends.items():
            with transaction() as session:
                ending = text(f'DELETE FROM "{name}" WHERE {over}')  # noqa: S608
                ended = session.execute(ending, _known(over))
                gone += ended.rowcount  # type: ignore[attr-defined]
    return gone


def _looked_at(session: Session, rule: Rule, counts: Counter[str], day: date) -> dict[str, Any]:
    looked = [_look(session, check) for check in rule.checks]
    oldest = [moment for moment, _ in looked if moment is not None]
    # Of two rules about one table the first counts.
    names = dict.fromkeys([*(check.table for check in rule.checks), *rule.ends])
    return {
        "day": day,
        "rule": rule.key,
        "deleted": sum(counts.pop(name, 0) for name in names),
        "oldest": min(oldest, default=None),
        "overdue": sum(late for _, late in looked),
        "at": now(),
    }


def _look(session: Session, check: Check) -> tuple[datetime | None, int]:
    """The oldest row of a check and how many are too old."""
    since = f"({check.since})::timestamptz"
    asked = text(
        f"SELECT min({since}), count(*) FILTER (WHERE {since} < :limit)"  # noqa: S608
        f' FROM "{check.table}" WHERE {check.where}'
    )
    values = {"limit": now() - timedelta(days=check.days) - GRACE, **_known(check.since)}
    oldest, late = session.execute(asked, values).one()
    return oldest, late


def _known(words: str) -> dict[str, int]:
    """The settings a condition names."""
    settings = current_app.extensions["mado.settings"]
    known = {"pictures": settings.REPORT_PICTURES_DAYS, "years": settings.AUDIT_KEPT_YEARS}
    return {name: value for name, value in known.items() if f":{name}" in words}


def newest() -> tuple[date | None, list[Line]]:
    """The last report, in the table's order; rules of today without a row, too."""
    with database().transaction() as session:
        last = session.scalars(
            select(RetentionReport.day).order_by(RetentionReport.day.desc()).limit(1)
        ).first()
        found: Iterable[RetentionReport] = session.scalars(
            select(RetentionReport).where(RetentionReport.day == last)
        )
        rows = {row.rule: row for row in found}
    return last, [Line(rule, rows.get(rule.key)) for rule in RULES]

"""Figures of requests by minute, gathered in each process and added to the rows once a minute.

They are written by a thread of its own on a connection of its own: no page waits for them.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
import weakref
from collections import Counter
from datetime import date, datetime
from typing import Any

import psycopg
import structlog
from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from portal.core.changes import ADD as ADD_CHANGES
from portal.core.changes import Changes
from portal.core.clock import now, today
from portal.core.settings import Settings
from portal.core.web.sessions import face_of

log = structlog.get_logger(__name__)

BUCKETS = (100, 300, 1_000, 3_000)  # milliseconds; the contract's line is the last
COLUMNS = (*(f"under_{limit}" for limit in BUCKETS), "over_3000")
SEARCHING = frozenset({"guide.search", "guide.suggest", "chat.ask"})
UNCOUNTED = frozenset({None, "static", "health.live", "health.ready"})
LONGEST = 5_000  # different figures in memory while the database is away; then the oldest go
ADD = f"""
INSERT INTO access_minutes (minute, kind, face, count, failed, {", ".join(COLUMNS)})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (minute, kind, face) DO UPDATE SET count = access_minutes.count + excluded.count,
  failed = access_minutes.failed + excluded.failed,
  {", ".join(f"{name} = access_minutes.{name} + excluded.{name}" for name in COLUMNS)}
"""  # noqa: S608
ADD_DAY = """
INSERT INTO function_days (day, function, face, count) VALUES (%s, %s, %s, %s)
ON CONFLICT (day, function, face) DO UPDATE SET count = function_days.count + excluded.count
"""
Key = tuple[datetime, str, str]
DayKey = tuple[date, str, str]


def bucket(ms: float) -> str:
    """The column a request of this length is counted in."""
    return next((f"under_{limit}" for limit in BUCKETS if ms <= limit), "over_3000")


def kind_of(endpoint: str, method: str) -> str:
    """search, page or act."""
    if endpoint in SEARCHING:
        return "search"
    return "page" if method in {"GET", "HEAD"} else "act"


class Minutes:
    """What this process counted and has not written yet."""

    def __init__(self, url: str, changes: Changes) -> None:
        self._changes = changes
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._lock = threading.Lock()
        self._minutes: dict[Key, Counter[str]] = {}
        self._days: Counter[DayKey] = Counter()
        self._written = _minute(now())

    def note(self, endpoint: str, method: str, face: str, ms: float, status: int) -> None:
        """Count a request; the first one of a new minute lets the older ones be written."""
        minute = _minute(now())
        with self._lock:
            found = self._minutes.setdefault((minute, kind_of(endpoint, method), face), Counter())
            found.update(["count", bucket(ms), *(["failed"] if status >= 500 else [])])
            self._days[today(), endpoint.partition(".")[0], face] += 1
            due, self._written = minute > self._written, max(minute, self._written)
        if due:
            threading.Thread(target=self.write, name="minutes").start()

    def write(self, *, ending: bool = False) -> None:
        """Add everything to the rows; what can not be written is kept for the next time.

        A process that is `ending` says nothing of a database that has gone before it.
        """
        with self._lock:
            minutes, self._minutes = self._minutes, {}
            days, self._days = self._days, Counter()
        changed = self._changes.take()
        if not minutes and not changed:
            return
        try:
            with psycopg.connect(self._url, connect_timeout=3) as connection:
                cursor = connection.cursor()
                cursor.executemany(ADD, [_row(*item) for item in sorted(minutes.items())])
                cursor.executemany(ADD_DAY, [(*key, n) for key, n in sorted(days.items())])
                cursor.executemany(ADD_CHANGES, changed)
        except psycopg.Error as error:
            if not ending:
                log.warning("minutes.unwritten", error=type(error).__name__)
            self._back(minutes, days)
            self._changes.back(changed)

    def _back(self, minutes: dict[Key, Counter[str]], days: Counter[DayKey]) -> None:
        with self._lock:
            self._days += days
            for key in sorted(minutes)[-LONGEST:]:
                self._minutes.setdefault(key, Counter()).update(minutes[key])


def _row(key: Key, found: Counter[str]) -> tuple[Any, ...]:
    return (*key, found["count"], found["failed"], *(found[name] for name in COLUMNS))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def install(app: Flask, settings: Settings) -> None:
    """Count every answered request of this application."""
    minutes = app.extensions["mado.minutes"] = Minutes(
        settings.DATABASE_URL, app.extensions["mado.changes"]
    )
    atexit.register(_at_exit, weakref.ref(minutes))

    @app.after_request
    def count(response: Response) -> Response:
        if request.endpoint not in UNCOUNTED:
            ms = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
            found = str(request.endpoint)
            minutes.note(found, request.method, face_of(request), ms, response.status_code)
        return response


def _at_exit(kept: weakref.ReferenceType[Minutes]) -> None:
    found = kept()
    if found is not None:
        with contextlib.suppress(ValueError):  # the log's file may be closed by now
            found.write(ending=True)


def write() -> None:
    """Write what this process has: a tick for the worker, and tests."""
    found: Minutes = current_app.extensions["mado.minutes"]
    found.write()

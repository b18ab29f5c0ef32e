"""Keeps the platform's state in one SQLite file, so that a second run still has it."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS friends(user_id TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pending(id TEXT PRIMARY KEY, params TEXT, user_id TEXT, amr TEXT,
  auth_time INTEGER, at REAL);
CREATE TABLE IF NOT EXISTS signed_in(id TEXT PRIMARY KEY, user_id TEXT, at REAL);
CREATE TABLE IF NOT EXISTS consents(user_id TEXT, scope TEXT, PRIMARY KEY(user_id, scope));
CREATE TABLE IF NOT EXISTS codes(code TEXT PRIMARY KEY, user_id TEXT, redirect_uri TEXT,
  nonce TEXT, challenge TEXT, scope TEXT, auth_time INTEGER, amr TEXT, at REAL, used INTEGER);
CREATE TABLE IF NOT EXISTS user_tokens(access TEXT PRIMARY KEY, refresh TEXT, user_id TEXT,
  scope TEXT, at REAL, first_at REAL, revoked INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS channel_tokens(token TEXT PRIMARY KEY, channel TEXT, expires REAL);
CREATE TABLE IF NOT EXISTS talk(id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT, side TEXT,
  message_id TEXT UNIQUE, content TEXT, at REAL, request_id TEXT, how TEXT,
  unsent INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS talk_user ON talk(user_id, id);
CREATE TABLE IF NOT EXISTS read_marks(user_id TEXT PRIMARY KEY, last INTEGER);
CREATE TABLE IF NOT EXISTS blobs(message_id TEXT PRIMARY KEY, kind TEXT, data BLOB);
CREATE TABLE IF NOT EXISTS retry_keys(key TEXT PRIMARY KEY, request_id TEXT, sent TEXT, at REAL);
CREATE TABLE IF NOT EXISTS reply_tokens(token TEXT PRIMARY KEY, user_id TEXT, at REAL,
  event_at REAL, used INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS usage(month TEXT PRIMARY KEY, total INTEGER);
CREATE TABLE IF NOT EXISTS counts(name TEXT PRIMARY KEY, total INTEGER);
CREATE TABLE IF NOT EXISTS richmenus(id TEXT PRIMARY KEY, definition TEXT, at REAL);
CREATE TABLE IF NOT EXISTS richmenu_images(id TEXT PRIMARY KEY, kind TEXT, data BLOB);
CREATE TABLE IF NOT EXISTS aliases(alias TEXT PRIMARY KEY, menu TEXT);
CREATE TABLE IF NOT EXISTS user_menus(user_id TEXT PRIMARY KEY, menu TEXT);
CREATE TABLE IF NOT EXISTS switched(user_id TEXT PRIMARY KEY, menu TEXT);
CREATE TABLE IF NOT EXISTS loading(user_id TEXT PRIMARY KEY, until REAL);
CREATE TABLE IF NOT EXISTS events(id TEXT PRIMARY KEY, user_id TEXT, body TEXT, due REAL,
  attempts INTEGER DEFAULT 0, state TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS authenticators(id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT,
  label TEXT, uri TEXT UNIQUE);
"""


class Store:
    """One connection behind one lock: writes never meet each other."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            folder / "line.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._depth = 0
        self.clock_offset = 0.0

    def now(self) -> float:
        """Seconds since 1970, moved by what a test asked for."""
        return time.time() + self.clock_offset

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside happens, or nothing does; nested uses join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._db
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """Run one statement and give the number of rows it changed."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Read one row."""
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
            return row

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Read all rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        """Read the first column of the first row, or None."""
        row = self.one(sql, *values)
        return None if row is None else row[0]

    def setting(self, key: str) -> str | None:
        """Read a kept setting."""
        found = self.value("SELECT value FROM settings WHERE key=?", key)
        return None if found is None else str(found)

    def keep(self, key: str, value: str | None) -> None:
        """Keep a setting, or forget it."""
        if value is None:
            self.run("DELETE FROM settings WHERE key=?", key)
        else:
            self.run("INSERT OR REPLACE INTO settings VALUES(?,?)", key, value)

    def count(self, name: str, by: int = 1) -> None:
        """Add to one of the counters that /__standin__/state shows."""
        self.run(
            "INSERT INTO counts VALUES(?,?) ON CONFLICT(name) DO UPDATE SET total=total+?",
            name,
            by,
            by,
        )

    def forget_everything(self) -> None:
        """Empty every table but the signing key's."""
        with self.transaction() as db:
            names = [
                row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            for name in names:
                if name == "settings":
                    db.execute("DELETE FROM settings WHERE key<>'es256'")
                elif not name.startswith("sqlite_"):
                    db.execute(f"DELETE FROM {name}")
        self.clock_offset = 0.0

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

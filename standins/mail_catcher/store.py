"""Keeps caught messages in SQLite, the newest up to a cap."""

import json
import sqlite3
import threading
import time
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages(id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, sender TEXT,
  recipients TEXT, raw BLOB);
CREATE TABLE IF NOT EXISTS recipients(message INTEGER, address TEXT);
CREATE INDEX IF NOT EXISTS recipients_address ON recipients(address);
CREATE INDEX IF NOT EXISTS recipients_message ON recipients(message);
"""
MOST_MESSAGES = 5000


class MailStore:
    """All caught messages, behind one lock."""

    def __init__(self, folder: Path, most: int = MOST_MESSAGES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._most = most
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / "mail.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def keep(self, sender: str, recipients: list[str], raw: bytes) -> int:
        """Keep one message; gives its number."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            number = self._db.execute(
                "INSERT INTO messages(at,sender,recipients,raw) VALUES(?,?,?,?)",
                (time.time(), sender, json.dumps(recipients), raw),
            ).lastrowid
            self._db.executemany(
                "INSERT INTO recipients VALUES(?,?)", [(number, one.lower()) for one in recipients]
            )
            self._db.execute("DELETE FROM messages WHERE id<=?", ((number or 0) - self._most,))
            self._db.execute(
                "DELETE FROM recipients WHERE message<=?", ((number or 0) - self._most,)
            )
            self._db.execute("COMMIT")
        return number or 0

    def newest(self, to: str = "", most: int = 100, after: int = 0) -> list[sqlite3.Row]:
        """The newest messages, newest first; `to` is part of a recipient's address."""
        where = "id>?"
        values: list[str | int] = [after]
        if to:
            where += " AND id IN (SELECT message FROM recipients WHERE instr(address,?)>0)"
            values.append(to.lower())
        with self._lock:
            return self._db.execute(
                f"SELECT * FROM messages WHERE {where} ORDER BY id DESC LIMIT ?", [*values, most]
            ).fetchall()

    def one(self, number: int) -> sqlite3.Row | None:
        """One message."""
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT * FROM messages WHERE id=?", (number,)
            ).fetchone()
            return row

    def count(self) -> int:
        """How many messages are kept."""
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM messages").fetchone()[0])

    def clear(self) -> None:
        """Forget all messages."""
        with self._lock:
            self._db.execute("DELETE FROM messages")
            self._db.execute("DELETE FROM recipients")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

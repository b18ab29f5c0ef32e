"""Which tests run again on the machine's own servers: the fewest that together send all SQL.

A whole run on the embedded servers notes which statements of the product, and which Redis commands,
each test sends and how long it takes. The run on the other servers then chooses: every noted
statement is sent there by one test at least, what is about servers runs whole (WHOLE), and so does
what the notes do not know yet. Without notes everything that uses a server runs.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import pytest
from redis import Redis
from redis.client import Pipeline

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = tuple(f"{ROOT}/{name}/" for name in ("portal", "auth", "notifications", "chatbot"))
TESTS = f"{ROOT}/tests/"
# Programs of their own (whose statements are not seen from here), locks, crashes, migrations,
# full text and trigrams: where another version of a server would differ first.
WHOLE = (
    "tests/launcher/",
    "tests/house/test_database.py",
    "tests/notifications/test_crash.py",
    "tests/portal/core/",
    "tests/portal/search/",
)
VALUES = re.compile(r"\((?:\s*(?:%\(\w+\)s|%s|\$\d+)(?:::[\w ]+(?:\[\])?)?\s*,?)+\)")
ROWS = re.compile(r"\(\)(?:\s*,\s*\(\))+")
NUMBERS = re.compile(r"\d+")


class Notes:
    """What the tests of this process have sent, written down at its end."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.file = folder / f"{worker}.json"
        self.sent: dict[str, set[int]] = {}
        self.seconds: dict[str, float] = {}
        self.now: set[int] = set()

    def listen(self) -> None:
        """To every way a statement or a command takes."""
        for kind, name in (
            (psycopg.Cursor, "execute"),
            (psycopg.Cursor, "executemany"),
            (psycopg.Cursor, "copy"),
            (Redis, "execute_command"),
            (Pipeline, "execute_command"),
        ):
            setattr(kind, name, self._noting(getattr(kind, name)))

    def _noting(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def sending(client: Any, words: Any, *more: Any, **options: Any) -> Any:
            if asked_by_product(sys._getframe(1)):
                self.now.add(number_of(words))
            return send(client, words, *more, **options)

        return sending

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.now = self.sent.setdefault(item.nodeid, set())
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration

    def pytest_sessionfinish(self) -> None:
        told = {
            name: [round(self.seconds.get(name, 0), 3), sorted(found)]
            for name, found in self.sent.items()
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(told), encoding="utf-8")


def asked_by_product(frame: FrameType | None) -> bool:
    """Whether a module of the product sends this, not a test that arranges or looks."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PRODUCT):
            return not name.endswith("portal/core/db.py") or asked_by_product(frame.f_back)
        if name.startswith(TESTS):
            return False
        frame = frame.f_back
    return False


def number_of(words: Any) -> int:
    """A statement's own number, the same for any values and any length of a list."""
    said = words if isinstance(words, str) else repr(words)
    return zlib.crc32(NUMBERS.sub("0", ROWS.sub("()", VALUES.sub("()", said))).encode())


def read_notes(folder: Path) -> dict[str, tuple[float, set[int]]]:
    """Test -> (seconds, statements)."""
    found: dict[str, tuple[float, set[int]]] = {}
    for file in sorted(folder.glob("*.json")):
        for name, (seconds, sent) in json.loads(file.read_text(encoding="utf-8")).items():
            found[name] = seconds, set(sent)
    return found


def chosen(notes: dict[str, tuple[float, set[int]]], names: Iterable[str]) -> set[str]:
    """Of these tests the ones to run again; always most new statements for a second next."""
    names = list(names)
    taken = {name for name in names if name.startswith(WHOLE) or name not in notes}
    left = {name: notes[name][1] for name in names if name not in taken}
    sent = set().union(*(notes[name][1] for name in taken if name in notes))
    while left := {name: new for name, found in left.items() if (new := found - sent)}:
        best = max(left, key=lambda name: (len(left[name]) / (notes[name][0] + 0.1), name))
        taken.add(best)
        sent |= left[best]
    return taken

"""Days are Japan's: nobody asks the machine, UTC or the database what day it is.

Between 15:00 and 24:00 UTC Japan has the next day already. A moment is kept in UTC (the session of
the database is set to UTC, whatever the server's own setting), a day is portal.core.clock.today().
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core import clock
from portal.core.db import read
from tests.house.test_tree import ROOT, tracked

JAPANESE = {"in_tokyo", "TOKYO", "JAPAN", "tokyo"}
# The database's own day: of UTC in our sessions, of the server's place in all others.
OF_THE_DATABASE = re.compile(
    r"\bcurrent_date\b|\blocaltimestamp\b|\b(now\(\)|current_timestamp|[a-z_]+_at)\s*::\s*date\b"
    r"|\bcast\(\s*(now\(\)|current_timestamp|[a-z_]+_at)\s+as\s+date\b"
    r"|\bdate_trunc\(\s*'[a-z]+',\s*(now\(\)|current_timestamp|[a-z_]+_at)\s*\)",
    re.IGNORECASE,
)
MAY_BE = re.compile(
    rf"\.today\b|\.utcnow\b|\.current_date\b|\.date\b|{OF_THE_DATABASE.pattern}", re.I
)


def test_no_day_of_the_machine_or_the_database() -> None:
    found = []
    for path in tracked(".py"):
        if path == Path(__file__) or "migrations" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if not MAY_BE.search(source):  # to read all 1,500 files as trees takes seconds
            continue
        tree = ast.parse(source)
        found += [f"{path.relative_to(ROOT)}:{line}: {why}" for line, why in wrong_days(tree)]
    assert not found, "use portal.core.clock.today() and in_tokyo():\n" + "\n".join(found)


def wrong_days(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, what is wrong there)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if said := OF_THE_DATABASE.search(node.value):
                yield node.lineno, said.group()
        elif isinstance(node, ast.Attribute):
            owner = name_of(node.value)
            if (owner, node.attr) in {
                ("date", "today"),
                ("datetime", "today"),
                ("datetime", "utcnow"),
                ("func", "current_date"),
            }:
                yield node.lineno, f"{owner}.{node.attr}"
            elif node.attr == "date" and is_now(node.value):
                yield node.lineno, f"{ast.unparse(node.value)}.date"


def is_now(node: ast.expr) -> bool:
    """Whether something reckoned from the present moment was not put on Japan's wall clock."""
    parts = list(ast.walk(node))
    names = {name_of(part) for part in parts}
    asked = {name_of(part.func) for part in parts if isinstance(part, ast.Call)}
    return "now" in asked and not names & JAPANESE


def name_of(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


@pytest.mark.parametrize(
    "source",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.now(UTC).date()",
        "(now() - KEPT).date()",
        "'SET day = current_date - 1'",
        "'SELECT now()::date'",
        "'SELECT created_at::date FROM reports'",
    ],
)
def test_a_wrong_day_is_seen(source: str) -> None:
    assert list(wrong_days(ast.parse(source)))
    assert MAY_BE.search(source)


@pytest.mark.parametrize(
    "source",
    [
        "in_tokyo(now()).date()",
        "datetime.now(TOKYO).date()",
        "today() - KEPT",
        "now.date()",  # an argument, which is whose caller says
        "\"(now() AT TIME ZONE 'Asia/Tokyo')::date\"",
        "\"date_trunc('month', a.day)::date\"",
    ],
)
def test_a_right_day_is_left_alone(source: str) -> None:
    assert not list(wrong_days(ast.parse(source)))


@pytest.mark.parametrize(("hour", "day"), [(14, date(2026, 3, 31)), (15, date(2026, 4, 1))])
def test_the_day_turns_at_three_in_the_afternoon_of_utc(
    monkeypatch: pytest.MonkeyPatch, hour: int, day: date
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 31, hour, tzinfo=UTC))
    assert clock.today() == day


def test_sessions_of_the_database_speak_utc_whatever_the_server_says(app: Flask) -> None:
    with app.app_context():
        assert read().execute(text("SHOW timezone")).scalar() == "UTC"
        said = read().execute(text("SELECT pg_typeof(now())::text, now()")).one()
    assert said[0] == "timestamp with time zone" and said[1].utcoffset().total_seconds() == 0

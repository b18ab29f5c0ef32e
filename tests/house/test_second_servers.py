"""The second run, on the machine's own servers, sends every noted statement again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.search import misses
from tests.second_servers import WHOLE, Notes, chosen, number_of, read_notes

NOTED = st.dictionaries(
    st.from_regex(r"tests/[a-e]/test_[a-e]\.py::test_[a-z]", fullmatch=True),
    st.tuples(st.floats(0, 60), st.sets(st.integers(0, 40), max_size=12)),
    max_size=30,
)


@given(NOTED)
def test_nothing_that_was_sent_is_left_out(notes: dict[str, tuple[float, set[int]]]) -> None:
    taken = chosen(notes, notes)
    every = set().union(*(sent for _, sent in notes.values()))
    assert set().union(*(notes[name][1] for name in taken)) == every
    assert len(taken) <= len(every)  # each of the chosen sends something no other had


def test_a_cheap_test_is_chosen_before_a_dear_one_that_says_the_same() -> None:
    notes = {"a::dear": (9.0, {1, 2}), "a::cheap": (0.2, {1, 2}), "a::none": (0.1, set())}
    assert chosen(notes, notes) == {"a::cheap"}


def test_what_is_about_servers_and_what_is_not_known_yet_runs_whole() -> None:
    known = f"{WHOLE[0]}test_run.py::test_known"
    assert chosen({known: (60.0, set())}, [known, "a::new"]) == {known, "a::new"}


@pytest.mark.parametrize("part", WHOLE)
def test_what_runs_whole_is_there(part: str) -> None:
    assert (Path(__file__).resolve().parents[2] / part).exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a WHERE b IN (%(b_1)s, %(b_2)s)", "SELECT a WHERE b IN (%(b_1)s)"),
        (
            "INSERT INTO a (b) VALUES (%(b__0)s::UUID), (%(b__1)s::UUID)",
            "INSERT INTO a (b) VALUES (%(b__0)s::UUID)",
        ),
        ("SELECT a LIMIT 5", "SELECT a LIMIT 10"),
    ],
)
def test_a_statement_is_the_same_for_any_values(one: str, other: str) -> None:
    assert number_of(one) == number_of(other)
    assert number_of(one) != number_of(one.replace("a", "z"))


def test_what_the_product_sends_is_noted_and_what_a_test_sends_is_not(
    ctx: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    import psycopg
    from redis import Redis
    from redis.client import Pipeline
    from sqlalchemy import text

    from portal.core.db import read

    for kind in (psycopg.Cursor, Redis, Pipeline):  # given back as they were when the test ends
        for name in {"execute", "executemany", "copy", "execute_command"} & set(dir(kind)):
            monkeypatch.setattr(kind, name, getattr(kind, name))
    notes = Notes(tmp_path, "alone")
    notes.listen()
    step: Any = notes.pytest_runtest_protocol(request.node)
    next(step)
    read().execute(text("SELECT 1"))
    assert not notes.now
    misses.most_frequent()
    assert len(notes.now) == 1
    notes.pytest_sessionfinish()
    assert read_notes(tmp_path) == {request.node.nodeid: (0, notes.now)}
    assert json.loads(notes.file.read_text("utf-8"))

"""Scripts of patches: YAML that can say UPDATE, INSERT and DELETE of one declared table each.

    - update: own_table
      where: {district: east, id: [1, 2]}
      set: {district: west}
      expect: 2

`where` compares for equality (a list: one of them; null: empty). There is no other language in
it: nothing can be read, joined or called by a script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

VERBS = ("update", "insert", "delete")
MOST_STEPS, MOST_ROWS, LONGEST = 20, 1_000, 100_000


class FaultyScript(Exception):
    """What is wrong with it, in words for who wrote it."""


@dataclass(frozen=True)
class Step:
    """One statement."""

    verb: str
    table: str
    where: Mapping[str, Any]
    values: tuple[Mapping[str, Any], ...]  # `set` of an update, rows of an insert
    expect: int


def parse(text: str) -> list[Step]:
    """The steps; raises FaultyScript."""
    if len(text) > LONGEST:
        raise FaultyScript("the script is too long")
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FaultyScript(f"not YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, list) or not 0 < len(found) <= MOST_STEPS:
        raise FaultyScript(f"a list of 1 to {MOST_STEPS} steps is needed")
    return [_step(number, said) for number, said in enumerate(found, 1)]


def digest(title: str, text: str) -> str:
    """What the second person approves."""
    return hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def written(steps: list[dict[str, Any]]) -> str:
    """Steps as a script."""
    return yaml.safe_dump(steps, allow_unicode=True, sort_keys=False)


def _step(number: int, said: Any) -> Step:
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise FaultyScript(f"step {number}: names and values are needed")
    verbs = [verb for verb in VERBS if verb in said]
    if len(verbs) != 1 or not isinstance(said[verbs[0]], str):
        raise FaultyScript(f"step {number}: exactly one of update, insert, delete with a table")
    verb = verbs[0]
    known = {"update": {"where", "set"}, "insert": {"rows"}, "delete": {"where"}}[verb]
    if set(said) != known | {verb, "expect"}:
        raise FaultyScript(f"step {number}: {verb} needs {', '.join(sorted(known))} and expect")
    expect = said["expect"]
    if type(expect) is not int or not 0 <= expect <= MOST_ROWS:
        raise FaultyScript(f"step {number}: expect is a number of rows up to {MOST_ROWS}")
    where = _values(number, said["where"]) if "where" in known else {}
    if "where" in known and not where:
        raise FaultyScript(f"step {number}: where must say which rows")
    return Step(verb, said[verb], where, _changes(number, said, verb), expect)


def _changes(number: int, said: dict[str, Any], verb: str) -> tuple[Mapping[str, Any], ...]:
    if verb == "delete":
        return ()
    if verb == "update":
        return (_values(number, said["set"], filled=True),)
    rows = said["rows"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ROWS:
        raise FaultyScript(f"step {number}: rows is a list of rows")
    return tuple(_values(number, row, filled=True) for row in rows)


def _values(number: int, said: Any, *, filled: bool = False) -> Mapping[str, Any]:
    if not isinstance(said, dict) or not all(isinstance(key, str) for key in said):
        raise FaultyScript(f"step {number}: columns and values are needed")
    if filled and not said:
        raise FaultyScript(f"step {number}: at least one column is needed")
    if not all(_plain(one) for one in said.values()):
        raise FaultyScript(f"step {number}: a value is of no kind that is known")
    return said


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(_plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(k, str) and _plain(v) for k, v in value.items())
    return value is None or isinstance(value, str | int | float | bool | date | datetime)

"""What was asked of Mado: read from requirements.yaml, with the tests that show it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from launcher.places import ROOT

ROWS = "requirements"
FILE = Path(__file__).with_name("requirements.yaml")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing asked for, in words of the city's contract."""

    id: str
    area: str
    text: str
    source: str  # the issue and its heading, or the item of the tender
    tests: tuple[str, ...] = ()  # pytest node ids, files or folders
    see: str = ""  # the command, page or document where a person sees it
    gap: str = ""  # what of it is not there; then no test makes it whole


@dataclass(frozen=True, slots=True)
class Area:
    """Requirements that belong together; `key` is what `--run` takes."""

    key: str
    title: str
    requirements: tuple[Requirement, ...]


def load(file: Path = FILE) -> tuple[Area, ...]:
    """Every area in the file's order. Raises TypeError on a field nobody knows."""
    told = yaml.safe_load(file.read_text("utf-8"))["areas"]
    return tuple(_area(one) for one in told)


def _area(told: dict[str, Any]) -> Area:
    rows = (row | {"area": told["key"], "tests": tuple(row.get("tests", ()))} for row in told[ROWS])
    return Area(told["key"], told["title"], tuple(Requirement(**row) for row in rows))


def tests_of(areas: Iterable[Area]) -> list[str]:
    """Every test named, each once, without those that a named file or folder holds anyway."""
    named = {test for area in areas for one in area.requirements for test in one.tests}
    return sorted(one for one in named if not _held(one, named))


def _held(test: str, named: set[str]) -> bool:
    above = [test.partition("::")[0], *map(str, Path(test.partition("::")[0]).parents)]
    return any(place in named and place != test for place in above)


def faults(areas: Iterable[Area]) -> list[str]:
    """What is wrong with the file: ids twice or missing, tests that are not there."""
    found: list[str] = []
    seen: set[str] = set()
    for one in (one for area in areas for one in area.requirements):
        if not one.id or one.id in seen:
            found.append(f"{one.id or one.text}: no id of its own")
        seen.add(one.id)
        if not (one.text and one.source):
            found.append(f"{one.id}: says not what was asked, or where")
        found += [f"{one.id}: there is no test {test}" for test in one.tests if not exists(test)]
    return found


def exists(test: str) -> bool:
    """Whether a folder or file of tests is there, and the function in it."""
    path, _, name = test.partition("::")
    place = ROOT / path
    if not name:
        return path.startswith("tests/") and (place.is_dir() or place.is_file())
    return place.is_file() and name.split("[")[0] in _functions(place)


@cache
def _functions(file: Path) -> frozenset[str]:
    """Names of its tests, those in classes as `Class::test`."""
    found = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{x.name}" for x in node.body if isinstance(x, ast.FunctionDef)}
    return frozenset(found)

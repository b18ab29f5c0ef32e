"""The exercises and when one is done: rules over counts of acts, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("exercises.yaml")
BY_COMMAND = "!"  # before an action: done on the command line, where nobody has signed in


@dataclass(frozen=True, slots=True)
class Fact:
    """So many entries of an action in the audit log, by the clerk or by a command."""

    action: str
    times: int = 1
    by_command: bool = False

    @classmethod
    def read(cls, told: str) -> Fact:
        """`notice.written`, `notice.written*2` or `!backup.drilled`."""
        action, _, times = told.removeprefix(BY_COMMAND).partition("*")
        return cls(action, int(times or 1), told.startswith(BY_COMMAND))


@dataclass(frozen=True, slots=True)
class Exercise:
    """One piece of a clerk's work, in words of the desk."""

    id: str
    title: str
    situation: str
    do: str
    page: str
    right: str  # how to know that it was right
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The exercises of one kind of clerk; `needs` are the operations they are about."""

    key: str
    title: str
    needs: tuple[str, ...]
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class Acts:
    """How often each action was done since the training began."""

    own: Mapping[str, int]
    by_command: Mapping[str, int]


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return told


def introduction() -> str:
    """What the document of the exercises begins with (Markdown)."""
    return str(_told()["introduction"])


@cache
def courses() -> tuple[Course, ...]:
    """All of them, in the file's order."""
    return tuple(_course(one) for one in _told()["courses"])


def _course(told: dict[str, Any]) -> Course:
    numbered = enumerate(told["exercises"], 1)
    made = tuple(_exercise(f"{told['key']}-{number}", row) for number, row in numbered)
    return Course(told["key"], told["title"], tuple(told["needs"]), made)


def _exercise(name: str, row: dict[str, Any]) -> Exercise:
    facts = tuple(Fact.read(one) for one in row["facts"])
    words = {field: row[field] for field in ("title", "situation", "do", "page", "right")}
    return Exercise(id=name, facts=facts, **words)


def done(exercise: Exercise, acts: Acts) -> bool:
    """Whether every fact is there often enough."""
    return all(
        (acts.by_command if fact.by_command else acts.own).get(fact.action, 0) >= fact.times
        for fact in exercise.facts
    )


def course_for(permissions: Iterable[str]) -> Course:
    """The one most of whose operations a clerk holds; the first where they hold none."""
    held = {one.partition("@")[0] for one in permissions}
    return max(courses(), key=lambda course: sum(one in held for one in course.needs))

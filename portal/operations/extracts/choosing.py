"""What a clerk chose: columns and conditions, read from a plain form, written as JSON, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from portal.core.extracting import CHOICE, DAY, FLAG, MOMENT, NUMBER, TEXT, Column, Subject
from portal.core.signing import canonical

FORMATS = ("csv", "csv-cp932", "xlsx")
LONGEST = 100  # letters of a condition
FROM, UNTIL, IS, HAS = "from", "until", "is", "has"
WAYS = {TEXT: (HAS,), CHOICE: (IS,), FLAG: (IS,), DAY: (FROM, UNTIL), MOMENT: (FROM, UNTIL),
        NUMBER: (FROM, UNTIL)}  # fmt: skip


class Sent(Protocol):
    """A form's fields."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Condition:
    """`values` is what was typed, checked: one text, or the choices ticked."""

    column: str
    way: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One extraction, whole: what is asked for, approved, saved and run is exactly this."""

    subject: str
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "subject": self.subject,
            "columns": list(self.columns),
            "conditions": [[c.column, c.way, list(c.values)] for c in self.conditions],
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Choice:
        """Back from JSON."""
        conditions = (Condition(c, way, tuple(values)) for c, way, values in said["conditions"])
        return cls(said["subject"], tuple(said["columns"]), tuple(conditions))

    def digest(self) -> str:
        """What the second clerk approves."""
        return hashlib.sha256(canonical(self.said())).hexdigest()

    def personal(self, subject: Subject) -> tuple[str, ...]:
        """Chosen columns that speak of one person."""
        return tuple(key for key in self.columns if _is_personal(subject, key))

    def asks_about_one(self, subject: Subject) -> bool:
        """Whether a condition is on such a column: then even a count tells of a person."""
        return any(_is_personal(subject, one.column) for one in self.conditions)


@dataclass(frozen=True)
class Read:
    """A choice, or what is wrong: field name to the kind of fault."""

    choice: Choice
    faults: Mapping[str, str]


def read(subject: Subject, sent: Sent) -> Read:
    """The choice a form says; blanks are no conditions."""
    ticked = set(sent.getlist("columns"))
    columns = tuple(one.key for one in subject.columns if one.key in ticked)
    faults = {} if columns else {"columns": "none"}
    conditions: list[Condition] = []
    for column in subject.columns:
        for way in WAYS[column.kind] if column.asks else ():
            name = f"{way}-{column.key}"
            typed = tuple(one.strip() for one in sent.getlist(name) if one.strip())
            if typed and (fault := _fault(column, typed)):
                faults[name] = fault
            elif typed:
                conditions.append(Condition(column.key, way, typed))
    return Read(Choice(subject.key, columns, tuple(conditions)), faults)


def fits(subject: Subject, choice: Choice) -> bool:
    """Whether a kept choice still means something: columns may have gone since."""
    return all(subject.column(key) for key in choice.columns) and all(
        (column := subject.column(one.column)) is not None
        and column.asks
        and one.way in WAYS[column.kind]
        and not _fault(column, one.values)
        for one in choice.conditions
    )


def _fault(column: Column, typed: Sequence[str]) -> str:
    if any(len(one) > LONGEST or "\x00" in one for one in typed):
        return "long"
    if column.kind in (DAY, MOMENT):
        return "" if all(_day(one) for one in typed) else "day"
    if column.kind == NUMBER:
        return (
            ""
            if all(one.isascii() and one.isdecimal() and len(one) < 9 for one in typed)
            else ("number")
        )
    if column.kind == FLAG:
        return "" if set(typed) <= {"yes", "no"} else "choice"
    return "choice" if column.values and not set(typed) <= set(column.values()) else ""


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > 1800
    except ValueError:
        return False


def _is_personal(subject: Subject, key: str) -> bool:
    column = subject.column(key)
    return column is not None and column.personal

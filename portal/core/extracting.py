"""What clerks may extract for themselves: each package declares its subjects in one table.

A column that speaks of one person is `personal`: it leaves the database as ● unless a second
clerk approved that very extraction. Sensitive data (health, origin, what residents wrote) is in
no subject at all; a test compares the subjects with NEVER.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression
from sqlalchemy.sql.selectable import FromClause

TEXT, CHOICE, DAY, MOMENT, NUMBER, FLAG = "text", "choice", "day", "moment", "number", "flag"
# Tables and columns that no subject may touch.
NEVER = frozenset(
    {
        "persons.facts",
        "persons.interests",
        "persons.expected_on",
        "verified_records.claims",
        "reports.words",
        "reports.place",
        "report_acts.words",
        "tickets.words",
        "question_tickets.words",
        "own_todos.title",
        "own_todos.note",
        "todo_notes.note",
        "resident_looks.words",
        "passkeys.name",
        "authenticators.secret",
        "asked_questions.text",
        "asked_questions.words",
    }
)


@dataclass(frozen=True)
class Column:
    """One column: `label` is a message key; `values` names what a choice can be."""

    key: str
    label: str
    kind: str
    value: SQLColumnExpression[Any]
    personal: bool = False
    values: Callable[[], Mapping[str, str]] | None = None

    @property
    def asks(self) -> bool:
        """Whether a condition can be put on it: never on what is personal and masked."""
        return not self.personal or self.kind == DAY


@dataclass(frozen=True)
class Subject:
    """What can be extracted: rows of `source` that fulfil `where`, in `order`.

    `resident`: whose row it is; that resident reads of a look in the clear in the own log.
    """

    key: str
    label: str
    source: FromClause
    columns: tuple[Column, ...]
    order: tuple[SQLColumnExpression[Any], ...]
    where: tuple[SQLColumnExpression[bool], ...] = ()
    resident: SQLColumnExpression[Any] | None = None

    def column(self, key: str) -> Column | None:
        """The column of this key."""
        return next((one for one in self.columns if one.key == key), None)

"""A resident about whom every table says something, each column in words of its own."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    insert,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.core.clock import now, today
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base
from portal.core.ids import new_id

TIED = {"residents", "persons"}
# Where a made-up value would break a rule that is no list of words.
GIVEN: dict[str, Any] = {
    "notices.variants": {"ja": {"title": "題", "body": "本文"}},
    "notices.segment_id": None,
    "notices.segment_version": None,
    "notices.template_id": None,
    "notices.template_version": None,
    "notice_template_versions.variants": {"ja": {"title": "題", "body": "本文"}},
    "passkeys.staff_id": None,
    "passkeys.flow_id": None,
    "guardian_agreements.guardian_id": None,
    "persons.birthdate": None,
    "persons.expected_on": None,
    "todo_acts.until": None,
    "todo_acts.kind": "done",
    "desk_lists.flow_id": None,
    "recovery_cases.asked_by": None,
    "recovery_cases.decided_by": None,
    "recovery_cases.approved_at": None,
    "recovery_cases.used_at": None,
    "hand_overs.by": UUID(int=1),  # a clerk
    "reminder_lines.held_back": None,
    "sessions.face": "resident",
}
BY_NAME = ("by", "subject_id")  # a resident without a foreign key


def mark(column: Column[Any]) -> str:
    """The words a column holds here."""
    return f"しるし:{column.table.name}.{column.name}"


class Filler:
    """Writes a row into a table, and into those it hangs on."""

    def __init__(self, session: Session, resident: UUID, person: UUID, other: UUID) -> None:
        self.session = session
        self.known = {"residents": resident, "persons": person}
        self.resident, self.other = resident, other

    def fill(self) -> None:
        """Every table with a foreign key to a resident or a card."""
        for table in Base.metadata.sorted_tables:
            names = {key.column.table.name for key in table.foreign_keys}
            if names & TIED and table.name not in self.known:
                self.known[table.name] = self.add(table)
        for name in ("sessions", "kept_forms"):
            self.add(Base.metadata.tables[name])

    def add(self, table: Table, **more: Any) -> Any:
        """One row; gives the value of its first key."""
        values = {column.name: self.value(column) for column in table.columns} | more
        self.session.execute(insert(table).values(values))
        return values[next(iter(table.primary_key)).name]

    def value(self, column: Column[Any]) -> Any:
        """Something the column takes."""
        place = f"{column.table.name}.{column.name}"
        if place in GIVEN:
            return GIVEN[place]
        if place == "account_merges.other_id":
            return self.other
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is column.table:  # a duplicate of another, a correction of another
                return None
            if parent.name not in self.known:
                self.known[parent.name] = self.add(parent)
            return self.known[parent.name]
        if column.name in BY_NAME or place == "kept_forms.resident_id":
            return self.resident
        return _of_list(column) or _of_type(column)


def _of_list(column: Column[Any]) -> str | None:
    """A word that `column IN (…)` allows."""
    for rule in column.table.constraints:
        if isinstance(rule, CheckConstraint):
            found = re.search(rf"\b{column.name} IN \('([^']+)'", str(rule.sqltext))
            if found:
                return found[1]
    return None


def _of_type(column: Column[Any]) -> Any:
    kinds: tuple[tuple[type, Any], ...] = (
        (Personal, mark(column)),
        (PersonalJSON, {"said": mark(column)}),
        (JSONB, {}),
        (ARRAY, [mark(column)]),
        (Uuid, new_id()),
        (LargeBinary, secrets.token_bytes(32)),
        (Boolean, False),
        (DateTime, now() + timedelta(minutes=5)),
        (Date, today()),
        (Integer, 1),
        (Float, 1.5),
    )
    return next((value for kind, value in kinds if isinstance(column.type, kind)), mark(column))

"""Reads a table of answers back: what each row would do, and which cells can not be taken.

Only cells that differ from what an export of now would say count, so a table that was not touched
changes nothing, and columns that are not there leave their fields alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from chatbot.knowledge import editing
from chatbot.knowledge.bodies import Body, KnowledgeError
from chatbot.knowledge.models import Thing
from chatbot.knowledge.tables import spreadsheets
from chatbot.knowledge.tables.columns import BY_FIELD, COLUMNS, Column, Unfit, column_of
from portal.core.errors import N_

KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
LONGEST = {"question": 120, "answer": 2000, "aliases": 6000}


class Outcome(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that is not taken (column "": the whole row), and why: an English message key."""

    column: str
    cell: str
    problem: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. `line` is the spreadsheet's own number."""

    line: int
    key: str
    outcome: Outcome
    question: str = ""
    columns: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    body: Body | None = None


@dataclass(slots=True)
class Plan:
    """What an import would do. `fault`: the file itself can not be read."""

    rows: list[Row] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    fault: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many rows come out so."""
        return sum(row.outcome is outcome for row in self.rows)


def plan(raw: bytes, bodies: Mapping[str, Body], today: date) -> Plan:
    """What a file would change in these answers."""
    try:
        lines = spreadsheets.read(raw)
    except spreadsheets.UnreadableTable as error:
        return Plan(fault=str(error))
    header = lines[0] if lines else []
    columns = [column_of(name) for name in header]
    known = [column.field for column in columns if column]
    if "ja_question" not in known and "key" not in known:
        return Plan(fault=N_("There is no column 質問(日本語) or キー."))
    if len(set(known)) != len(known):
        return Plan(fault=N_("A column is there twice."))
    unknown = tuple(n for n, c in zip(header, columns, strict=True) if not c and n.strip())
    made, seen = Plan(unknown=unknown), set[str]()
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            made.rows.append(_row(number, _named(columns, cells), bodies, seen, today))
    return made


def _named(columns: Sequence[Column | None], cells: Sequence[str]) -> dict[str, str]:
    """Cells by field; a row may be shorter than the header."""
    whole = [*cells, *[""] * (len(columns) - len(cells))]
    return {c.field: cell.strip() for c, cell in zip(columns, whole, strict=False) if c}


def _row(
    line: int, cells: dict[str, str], bodies: Mapping[str, Body], seen: set[str], today: date
) -> Row:
    key = cells.get("key", "")
    asked = cells.get("ja_question", "")
    if trouble := _bad_key(key, seen):
        return Row(line, key, Outcome.REFUSED, asked, troubles=(trouble,))
    seen.add(key)
    before = bodies.get(key)
    body = copy.deepcopy(dict(before)) if before is not None else _start(key, today)
    troubles, changed = [], []
    for column in (c for c in COLUMNS if c.field in cells and c.field != "key"):
        cell = cells[column.field]
        if cell == column.get(body).strip():
            continue
        if before is None and not cell and not _must(column):
            continue
        try:
            _insist_on_length(column, cell)
            column.put(body, cell)
            changed.append(column.name)
        except Unfit as unfit:
            troubles.append(Trouble(column.name, cell, *unfit.args))
    asked = body.get("texts", {}).get("ja", {}).get("question", "") or asked
    if not troubles:
        troubles += _faults(key or "new_answer", body, cells)
    if troubles:
        return Row(line, key, Outcome.REFUSED, asked, tuple(changed), tuple(troubles))
    outcome = Outcome.NEW if before is None else Outcome.CHANGED if changed else Outcome.SAME
    return Row(line, key, outcome, asked, tuple(changed), (), body)


def _bad_key(key: str, seen: set[str]) -> Trouble | None:
    name = BY_FIELD["key"].name
    if key and not KEY.fullmatch(key):
        return Trouble(name, key, N_("Please use small letters, digits and _."))
    if key and key in seen:
        return Trouble(name, key, N_("This key is further up already."))
    return None


def _start(key: str, today: date) -> dict[str, Any]:
    return {"key": key, "kind": "faq", "links": [], "valid_from": today.isoformat(), "texts": {}}


def _must(column: Column) -> bool:
    return column.field in {"ja_question", "ja_answer", "category", "owner", "source_title"}


def _insist_on_length(column: Column, cell: str) -> None:
    limit = LONGEST.get(column.field.rpartition("_")[2], 500)
    if len(cell) > limit:
        raise Unfit(N_("Please use at most %(limit)s characters."), {"limit": limit})


def _faults(key: str, body: dict[str, Any], cells: Mapping[str, str]) -> list[Trouble]:
    """What only the whole row shows: half texts, missing fields, desks and places that are gone."""
    _drop_empty_texts(body)
    for language, said in body["texts"].items():
        for name in ("question", "answer"):
            if not said.get(name):
                column = BY_FIELD[f"{language}_{name}"]
                return [Trouble(column.name, "", N_("Please fill this in."))]
    for name in ("ja_question", "ja_answer", "category", "desk", "owner", "source_title"):
        if not BY_FIELD[name].get(body):
            return [Trouble(BY_FIELD[name].name, "", N_("Please fill this in."))]
    try:
        editing.trial(Thing.FAQ, key, {**body, "key": key})
    except KnowledgeError as fault:
        words = N_("There is no place of this name.") if fault.field == "links" else ""
        words = N_("This must come after the beginning.") if fault.field == "valid_to" else words
        name = BY_FIELD[fault.field].name if fault.field in BY_FIELD else fault.field
        cell = cells.get(fault.field, "")
        if words:
            return [Trouble(name, cell, words)]
        return [Trouble(name, cell, N_("Please check: %(problem)s"), {"problem": str(fault)})]
    return []


def _drop_empty_texts(body: dict[str, Any]) -> None:
    """A language whose cells were all emptied is written no more."""
    texts = body["texts"]
    body["texts"] = {
        language: said
        for language, said in texts.items()
        if any(said.get(name) for name in ("question", "answer", "aliases"))
    }

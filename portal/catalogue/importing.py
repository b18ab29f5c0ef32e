"""Reads tables and JSON of services back: what would change, and which cells can not be taken.

Pure: it makes a plan; importing_acts.py writes the drafts. Only cells that differ from what an
export of now would say count, so a table that was not touched changes nothing.
"""

from __future__ import annotations

import codecs
import copy
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.catalogue.exporting import FULL_FORM, FULL_VERSION, PLURALS, TABLES, Format, plain
from portal.catalogue.exporting_columns import About, Column
from portal.catalogue.importing_cells import PUTS, Body, Target, Unfit
from portal.catalogue.load import Entries, Thing
from portal.catalogue.machine_readable import of_cell
from portal.catalogue.model import Service
from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.service_entry import ServiceReader

ENCODINGS = ("utf-8-sig", "cp932")
# Windows reads the wave dash and its kin of Shift JIS as other letters than everybody else.
FROM_WINDOWS = str.maketrans("\uff5e\uff0d\u2225", "\u301c\u2212\u2016")
NEW: Body = {"who": "self", "kind": "information", "shown": "search", "rule": {"kind": "always"}}
# Columns that differ by where and when the table was made: not worth a word.
CIRCUMSTANCES = frozenset({"organisation", "area_code", "detail", "detail_url", "updated"})
KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell, row (column "") or file (line 0) that is not taken, and why."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs: its new body, and the columns or fields that made the difference."""

    thing: Thing
    key: str
    body: Mapping[str, Any]
    is_new: bool
    columns: tuple[str, ...]
    line: int


@dataclass(slots=True)
class Plan:
    """What an import would do. `rejected` rows change nothing; `left_out` cells are passed over."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Trouble] = field(default_factory=list)
    left_out: list[Trouble] = field(default_factory=list)


def plan(raw: bytes, entries: Entries, about: About) -> Plan:
    """What a file would change in these entries; the file's own form is found out."""
    try:
        text = decoded(raw)
    except ValueError as error:
        return Plan(rejected=[Trouble(0, "", str(error))])
    if text.lstrip().startswith(("{", "[")):
        return _plan_full(text, entries)
    return _plan_table(text, entries, about)


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8 (with or without mark), CP932 or UTF-16; ValueError."""
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        return text.translate(FROM_WINDOWS) if encoding == "cp932" else text
    raise ValueError("not in UTF-8, CP932 or UTF-16")


def _plan_table(text: str, entries: Entries, about: About) -> Plan:
    made = Plan()
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return Plan(rejected=[Trouble(0, "", f"not a CSV table: {error}")])
    header = lines[0] if lines else []
    columns = columns_of(header)
    if columns is None:
        return Plan(rejected=[Trouble(1, "", "no columns 制度番号 (ID) and タイトル（制度名）")])
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            _TableRow(made, entries, about, number, columns).take(line, header, seen)
    return made


def columns_of(header: Sequence[str]) -> list[Column | None] | None:
    """The column of each header cell (None: unknown); None where it is no table of services."""
    names = [_folded(name) for name in header]
    best: list[Column | None] = []
    for form in (Format.GIF, Format.OPENDATA):
        known = {
            _folded(name): column
            for column in TABLES[form]
            for name in (*column.names, column.name)
        }
        found = [known.get(name) for name in names]
        if sum(c is not None for c in found) > sum(c is not None for c in best):
            best = found
    fields = {column.field for column in best if column}
    return best if {"service_id", "title"} <= fields else None


def _folded(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


@dataclass(slots=True)
class _TableRow:
    """One line of a table on its way into the plan."""

    plan: Plan
    entries: Entries
    about: About
    number: int
    columns: list[Column | None]

    def take(self, line: Sequence[str], header: Sequence[str], seen: set[str]) -> None:
        if len(line) != len(header):
            return self._reject("", f"{len(line)} cells, {len(header)} columns")
        cells = {c.field: cell.strip() for c, cell in zip(self.columns, line, strict=True) if c}
        key = cells["service_id"].lower().replace("-", "_")
        if not KEY.fullmatch(key):
            return self._reject("service_id", "expected small letters, digits and _")
        if key in seen:
            return self._reject("service_id", "the same number is further up")
        seen.add(key)
        return self._compare(key, cells)

    def _compare(self, key: str, cells: dict[str, str]) -> None:
        entry = self.entries[Thing.SERVICE].get(key)
        service = self.about.catalogue.find(key) if entry else None
        body: Body = copy.deepcopy(plain(entry.body)) if entry else {"key": key, **NEW}
        body |= {} if entry else {"confirmed": False}
        changed = self._changed(cells, service)
        troubles = self._put(body, changed, cells, Target(service, self.about))
        if troubles:
            self.plan.rejected += troubles
        elif not changed:
            self.plan.unchanged += 1
        else:
            self._read(key, body, changed, is_new=entry is None)

    def _changed(self, cells: dict[str, str], service: Service | None) -> list[Column]:
        known = [column for column in self.columns if column]
        if service is None:
            return [column for column in known if cells[column.field] and column.field in PUTS]
        different = [c for c in known if cells[c.field] != c.get(service, self.about)]
        for column in different:
            if column.field not in {*PUTS, *CIRCUMSTANCES}:
                self._leave_out(column, "is worked out from the rest, or has no place here")
        return [column for column in different if column.field in PUTS]

    def _put(
        self, body: Body, changed: list[Column], cells: dict[str, str], target: Target
    ) -> list[Trouble]:
        troubles = []
        for column in sorted(changed, key=lambda each: list(PUTS).index(each.field)):
            broken = [p.text for p in of_cell(self.number, column, cells[column.field])]
            try:
                PUTS[column.field](body, cells[column.field], target)
            except Unfit as unfit:
                broken = [str(unfit)]
            troubles += [Trouble(self.number, column.name, text) for text in broken[:1]]
        return troubles

    def _read(self, key: str, body: Body, changed: list[Column], *, is_new: bool) -> None:
        body = {name: value for name, value in body.items() if value not in (None, [])}
        try:
            read_service(body, self.about)
        except FaultyEntry as fault:
            return self._reject(fault.field.partition(".")[0], fault.problem)
        names = tuple(column.name for column in changed)
        self.plan.changes.append(Change(Thing.SERVICE, key, body, is_new, names, self.number))
        return None

    def _reject(self, field_: str, problem: str) -> None:
        self.plan.rejected.append(Trouble(self.number, self._name(field_), problem))

    def _leave_out(self, column: Column, problem: str) -> None:
        self.plan.left_out.append(Trouble(self.number, column.name, problem))

    def _name(self, field_: str) -> str:
        named = [column.name for column in self.columns if column and column.field == field_]
        return named[0] if named else field_


def read_service(body: Mapping[str, Any], about: About) -> Service:
    """The service a body makes; FaultyEntry."""
    catalogue = about.catalogue
    reader = ServiceReader(catalogue.desks, catalogue.districts, catalogue.items)
    return reader.read(Fields(body, f"service: {body.get('key')}"))


def _plan_full(text: str, entries: Entries) -> Plan:
    made = Plan()
    try:
        whole = Fields(json.loads(text), "file")
        if (whole.raw("form"), whole.raw("version")) != (FULL_FORM, FULL_VERSION):
            return Plan(rejected=[Trouble(0, "form", f"expected {FULL_FORM} {FULL_VERSION}")])
        for thing, name in PLURALS.items():
            for number, part in enumerate(whole.parts(name), start=1):
                _take_whole(made, thing, part, number, entries)
    except (ValueError, RecursionError) as error:
        made.rejected.append(Trouble(0, "", str(error)))
    return made


def _take_whole(made: Plan, thing: Thing, part: Fields, number: int, entries: Entries) -> None:
    key, body = part.all().get("key"), plain(part.all())
    if not isinstance(key, str) or not KEY.fullmatch(key):
        made.rejected.append(Trouble(number, f"{PLURALS[thing]}.key", f"not a key: {key!r}"))
        return
    entry = entries[thing].get(key)
    if entry is not None and plain(entry.body) == body:
        made.unchanged += 1
        return
    before = plain(entry.body) if entry else {}
    names = tuple(_differences(before, body))
    made.changes.append(Change(thing, key, body, entry is None, names, number))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    return [n for n in dict.fromkeys([*before, *after]) if before.get(n) != after.get(n)]

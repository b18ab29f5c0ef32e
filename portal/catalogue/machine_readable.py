"""Checks a CSV table against the government's rules of machine readability (2026-03-31).

Rules L1-10 to L1-13 and L2-06 are about workbooks' objects; formulas are looked for here too.
A table carries a byte order mark: clerks open it by double click in Windows (L3-08 asks to decide).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.catalogue.exporting_columns import SEPARATOR, Column, Kind

BOM = b"\xef\xbb\xbf"
# NEC and IBM extensions, half-width kana, private use: another machine may show them otherwise.
DEPENDENT = re.compile(r"[\u2160-\u217f\u2460-\u24ff\u3200-\u33ff\uff61-\uff9f\ue000-\uf8ff\ufffd]")
SPACING = re.compile(r"^\s|\s$|\s\s|[\t\u3000]|(?:[^\x00-\x7f] ){2,}[^\x00-\x7f]")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DITTO = frozenset({"同上", "〃", "々", '"', "''", "同", "上に同じ"})
NOTHING = frozenset({"-", "−", "ー", "なし", "該当なし", "N/A", "n/a", "null", "NULL"})
ERA = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])\s?(元|\d+)[年./]")
WIDE = re.compile(r"(19|20)\d\d年|(令和|平成)(元|\d+)年")
IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]+")
OTHER_OF = re.compile(r"その他\s*[(（:：]")
FORMULA = ("=", "+", "@", "\t")


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that is broken, and where (line 1 is the header; line 0 the whole file)."""

    rule: str
    line: int
    column: str
    text: str


def problems(raw: bytes, columns: Sequence[Column]) -> list[Problem]:
    """What is wrong with a table that should have these columns; empty when nothing is."""
    found = [] if raw.startswith(BOM) else [Problem("L3-08", 0, "", "no byte order mark")]
    try:
        text = raw.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return [*found, Problem("L1-01", 0, "", str(error))]
    if not lines or not any(cell.strip() for cell in lines[0]):
        return [*found, Problem("L3-01", 1, "", "no header in line 1")]
    found += _of_definition(columns)
    found += _of_header(lines[0], columns)
    by_name = {column.name: column for column in columns}
    for number, line in enumerate(lines[1:], start=2):
        found += _of_line(number, line, lines[0], by_name)
    return found + list(_of_ids(lines, columns))


def _of_definition(columns: Sequence[Column]) -> Iterator[Problem]:
    """The table of items itself: units, codes, names in letters and digits."""
    for column in columns:
        if column.kind is Kind.NUMBER and not column.unit:
            yield Problem("L3-04", 0, column.name, "a number without a unit")
        if column.kind is Kind.CHOICE and not column.words:
            yield Problem("L3-02", 0, column.name, "a choice without its table")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", column.field):
            yield Problem("L3-08", 0, column.name, "no name in letters and digits")


def _of_header(header: Sequence[str], columns: Sequence[Column]) -> Iterator[Problem]:
    for name, count in Counter(header).items():
        if count > 1:
            yield Problem("L2-03", 1, name, "a name used twice")
        if not re.search(r"[^\W\d_]", name):
            yield Problem("L1-05", 1, name, "a name that says nothing")
        if WIDE.search(name):
            yield Problem("L3-09", 1, name, "a year in a name: one line a year")
        yield from _of_text(1, name, name)
    if list(header) != [column.name for column in columns]:
        yield Problem("L3-07", 1, "", "not the columns of the form")


def _of_line(
    number: int, line: Sequence[str], header: Sequence[str], by_name: dict[str, Column]
) -> Iterator[Problem]:
    if not any(cell.strip() for cell in line):
        yield Problem("L1-03", number, "", "an empty line")
        return
    if len(line) != len(header):
        yield Problem("L1-15", number, "", f"{len(line)} cells, {len(header)} columns")
        return
    for name, cell in zip(header, line, strict=True):
        yield from _of_text(number, name, cell)
        if name in by_name:
            yield from of_cell(number, by_name[name], cell)


def _of_text(number: int, name: str, cell: str) -> Iterator[Problem]:
    if "\n" in cell or "\r" in cell:
        yield Problem("L1-14", number, name, "a line break in a cell")
    if SPACING.search(cell):
        yield Problem("L1-06", number, name, "blanks for the look")
    if DEPENDENT.search(cell) or unicodedata.normalize("NFC", cell) != cell:
        yield Problem("L1-08", number, name, "letters that depend on the machine")
    if cell.startswith(FORMULA):
        yield Problem("L2-06", number, name, "a formula")
    if cell in DITTO:
        yield Problem("L2-02", number, name, "a value left to the line above")


def of_cell(number: int, column: Column, cell: str) -> Iterator[Problem]:
    """What is wrong with one cell of a column."""
    if not cell:
        if column.required:
            yield Problem("L2-02", number, column.name, "a required value is missing")
        return
    if column.longest is not None and len(cell) > column.longest:
        yield Problem("DS-451-4", number, column.name, f"longer than {column.longest} characters")
    check = BY_KIND.get(column.kind)
    if check is not None:
        yield from check(number, column, cell)


def _number(number: int, column: Column, cell: str) -> Iterator[Problem]:
    if cell in NOTHING:
        yield Problem("L1-09", number, column.name, "nothing is an empty cell")
    elif not NUMBER.fullmatch(cell):
        yield Problem("L2-01", number, column.name, f"not a plain number: {cell}")


def _day(number: int, column: Column, cell: str) -> Iterator[Problem]:
    try:
        plain = date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        plain = False
    if not plain:
        era = "an era" if ERA.search(cell) else "not a date like 2026-04-01"
        yield Problem("L3-05", number, column.name, f"{era}: {cell}")


def _choice(number: int, column: Column, cell: str) -> Iterator[Problem]:
    if OTHER_OF.search(cell):
        yield Problem("L2-05", number, column.name, "words beside the choice")
    elif cell not in column.words:
        yield Problem("L2-04", number, column.name, f"not one of the choices: {cell}")


def _list(number: int, column: Column, cell: str) -> Iterator[Problem]:
    values = cell.split(SEPARATOR)
    if not all(values) or len(set(values)) < len(values):
        yield Problem("L1-07", number, column.name, "an empty or repeated value in a list")
    for value in values if column.words else ():
        yield from _choice(number, column, value)


def _address(number: int, column: Column, cell: str) -> Iterator[Problem]:
    if not re.fullmatch(r"https?://[^\s]+", cell):
        yield Problem("L1-07", number, column.name, f"not one address: {cell}")


def _identifier(number: int, column: Column, cell: str) -> Iterator[Problem]:
    if not IDENTIFIER.fullmatch(cell):
        rule = "L3-06" if column.field == "area_code" else "L2-04"
        yield Problem(rule, number, column.name, f"not a plain code: {cell}")


BY_KIND = {
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.CHOICE: _choice,
    Kind.LIST: _list,
    Kind.URL: _address,
    Kind.ID: _identifier,
}


def _of_ids(lines: Sequence[Sequence[str]], columns: Sequence[Column]) -> Iterator[Problem]:
    names = [column.name for column in columns if column.field == "service_id"]
    for name in names:
        if name not in lines[0]:
            continue
        place, seen = lines[0].index(name), set[str]()
        for number, line in enumerate(lines[1:], start=2):
            value = line[place] if place < len(line) else ""
            if value and value in seen:
                yield Problem("L2-03", number, name, f"{value} is there twice")
            seen.add(value)

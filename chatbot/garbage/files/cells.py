"""Bytes of a CSV file to rows of text, whatever way the letters are written."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from chatbot.garbage.files.causes import UnreadableFile

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 300
LONGEST_CELL = 2_000
ENCODINGS = ("utf-8-sig", "cp932")
MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b-\u200f\u202a-\u202e\u2060]")
# The standard library reads cells of at most 131,072 letters, and stops at longer ones.
UNENDING = 120_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number as Excel counts."""

    number: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. `padded`: rows may be shorter or longer than the header (Excel)."""

    name: str
    rows: tuple[Row, ...]
    encoding: str = ""
    padded: bool = False


def read_csv(body: bytes, name: str) -> Sheet:
    """All rows that are not blank. Raises UnreadableFile."""
    text, encoding = decoded(body)
    rows = []
    for number, cells in enumerate(_records(text), start=1):
        row = Row(number, tuple(clean(cell) for cell in cells[: MOST_COLUMNS + 1]))
        if row.blank:
            continue
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise UnreadableFile("too_many_rows", f"{MOST_ROWS:,}")
    return Sheet(name, tuple(rows), encoding)


def decoded(body: bytes) -> tuple[str, str]:
    """(text, encoding): UTF-8 with its mark or not, Windows' Shift_JIS, UTF-16 both ways round."""
    encodings = ("utf-16",) if body.startswith(MARKS) else (*_unmarked(body), *ENCODINGS)
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise UnreadableFile("encoding")


def clean(cell: str) -> str:
    """A cell on one line of plain letters: breaks and tabs become a space."""
    return " ".join(CONTROL.sub("", cell).replace("\u3000", " ").split())


def _unmarked(body: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark shows by the zero bytes beside commas and line ends."""
    head = body[:4000]
    if b"\x00" not in head:
        return ()
    little = sum(head[i : i + 2] in {b",\x00", b"\n\x00"} for i in range(0, len(head), 2))
    big = sum(head[i : i + 2] in {b"\x00,", b"\x00\n"} for i in range(0, len(head), 2))
    return ("utf-16-le",) if little >= big else ("utf-16-be",)


def _records(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        records = list(reader)
    except csv.Error as error:
        raise UnreadableFile("open_quote", reader.line_num) from error
    # A quotation mark that is never closed swallows all rows after it into one cell.
    if records and any(cell.count("\n") > 50 for cell in records[-1]):
        raise UnreadableFile("open_quote", len(records))
    return records

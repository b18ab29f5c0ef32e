"""Rows of cells from CSV and XLSX files and back; formulas never run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from portal.catalogue.importing import decoded
from portal.core.errors import N_

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024  # what the parts of an XLSX may come to
MOST_ROWS = 5_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Rows = list[list[str]]


class UnreadableTable(ValueError):
    """A file that is no table; the message is an English message key."""


def read(raw: bytes) -> Rows:
    """The rows of a file, whichever of both it is. Raises UnreadableTable."""
    if len(raw) > MOST_BYTES:
        raise UnreadableTable(N_("The file is too large."))
    rows = _read_xlsx(raw) if raw.startswith(b"PK\x03\x04") else _read_csv(raw)
    if len(rows) > MOST_ROWS:
        raise UnreadableTable(N_("The table has too many rows."))
    return [[DEFUSED.sub("", cell, count=1) for cell in row] for row in rows]


def write_csv(rows: Iterable[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """CSV as spreadsheets of city halls take it: with BOM, or CP932 for old ones."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows([harmless(c) for c in row] for row in rows)
    return sheet.getvalue().encode(encoding, "replace")


def write_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """An XLSX whose cells are all plain text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, harmless(text))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    clean = UNPRINTABLE.sub("", text)
    return f"'{clean}" if clean.startswith(FORMULA) else clean


def _read_csv(raw: bytes) -> Rows:
    try:
        text = decoded(raw)
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (ValueError, csv.Error):
        raise UnreadableTable(N_("This file is not a table we can read.")) from None


def _read_xlsx(raw: bytes) -> Rows:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise UnreadableTable(N_("The file is too large."))
        # Values as they were last worked out, never formulas.
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            [_written(cell) for cell in row]
            for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=200, values_only=True)
        ]
        book.close()
    except UnreadableTable:
        raise
    except Exception:  # whatever a broken file breaks inside the library
        raise UnreadableTable(N_("This file is not a table we can read.")) from None
    return rows


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)

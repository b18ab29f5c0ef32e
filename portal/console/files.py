"""Lists as files: CSV (UTF-8 with BOM) and XLSX that no spreadsheet runs, or both signed in a ZIP.

One row of heads, one thing a cell, days as 2026-11-20, numbers without commas: a machine reads it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from portal.console.cells import Value
from portal.core.signing import signing_keys
from portal.operations.extracts.files import harmless

Row = Sequence[Value]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def written(kind: str, name: str, heads: Sequence[str], rows: Sequence[Row]) -> bytes:
    """The file's content; `kind` is one of TYPES."""
    if kind == "csv":
        return as_csv(heads, rows)
    if kind == "xlsx":
        return as_xlsx(heads, rows)
    return signing_keys().packed(
        {f"{name}.csv": as_csv(heads, rows), f"{name}.xlsx": as_xlsx(heads, rows)}
    )


def as_csv(heads: Sequence[str], rows: Sequence[Row]) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows(
        [harmless(heads), *([_safe(cell) for cell in row] for row in rows)]
    )
    return sheet.getvalue().encode("utf-8-sig", "replace")


def as_xlsx(heads: Sequence[str], rows: Sequence[Row]) -> bytes:
    """One sheet; numbers are numbers."""
    from openpyxl import Workbook  # costs 0.2 s, and only clerks ask for it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def cleaned(cell: Value) -> Value:
        safe = _safe(cell)
        return ILLEGAL_CHARACTERS_RE.sub("", safe) if isinstance(safe, str) else safe

    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.append([cleaned(head) for head in heads])
    for row in rows:
        sheet.append([cleaned(cell) for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _safe(cell: Value) -> Value:
    return harmless([cell])[0] if isinstance(cell, str) else cell

"""Files of an extraction: CSV or XLSX that no spreadsheet runs, signed, in one ZIP."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from portal.core.signing import signing_keys

# Spreadsheets read these as the begin of a formula, full-width ones too (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
ENCODINGS = {"csv": "utf-8-sig", "csv-cp932": "cp932"}
GETA = "〓"  # the printers' sign for a letter that is not in the case


def _geta(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return GETA * (error.end - error.start), error.end


codecs.register_error("mado-geta", _geta)


def packed(name: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file of this kind and its signature; `./mado verify` checks the ZIP."""
    table = [harmless(heads), *(harmless(row) for row in rows)]
    content = _xlsx(table) if kind == "xlsx" else _csv(table, ENCODINGS[kind])
    file = f"{name}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    return signing_keys().packed({file: content})


def harmless(row: Sequence[str]) -> list[str]:
    """Text that begins like a formula gets an apostrophe, as spreadsheets mark text."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row]


def _csv(table: Iterable[Sequence[str]], encoding: str) -> bytes:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows(table)
    return sheet.getvalue().encode(encoding, "mado-geta")


def _xlsx(table: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # costs 0.2 s, and only clerks ask for it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()

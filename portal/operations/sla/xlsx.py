"""The report as a workbook: the summary, one sheet of rows an item, the statistics."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from portal.operations.sla.figures import MOST, cell
from portal.operations.sla.items import words
from portal.operations.sla.report import Report
from portal.operations.sla.saying import about, result

SUMMARY = ("number", "item", "target", "value", "result", "source", "definition", "sheet")
WIDTHS = (6, 30, 24, 16, 12, 14, 70, 14)
HEAD = PatternFill("solid", fgColor="DDEBF0")
FORMULA = ("=", "+", "-", "@")


def workbook(report: Report) -> bytes:
    """The whole file."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101  (a new book has one)
    _summary(first, report)
    for item, figure in report.lines:
        _rows(book, f"{item.number:02d}", f"{item.number} {item.title}", figure.heads, figure.rows)
    for table in report.tables:
        name = words()[table.key]
        _rows(book, name, name, table.heads, table.rows)
    _rows(book, words()["proposals"], words()["proposals"], (), [(report.proposals,)])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _summary(sheet: Worksheet, report: Report) -> None:
    said = words()
    sheet.title = said["summary"]
    sheet.append([said["title"]])
    sheet["A1"].font = Font(bold=True, size=16)
    for name, value in about(report):
        sheet.append([name, None, value])
    sheet.append([])
    sheet.append([said[name] for name in SUMMARY])
    _head(sheet, sheet.max_row)
    for item, figure in report.lines:
        source = said["entered" if figure.entered else "measured"]
        name = f"{item.number:02d}"
        cells = [item.number, item.title, item.target, _safe(figure.value), result(figure)]
        sheet.append([*cells, source, item.definition, name])
        sheet.cell(sheet.max_row, 8).hyperlink = f"#'{name}'!A1"
    for number, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows(min_row=10):
        for one in row:
            one.alignment = Alignment(wrap_text=True, vertical="top")


def _rows(
    book: Workbook, name: str, title: str, heads: Sequence[str], found: Sequence[Sequence[Any]]
) -> None:
    said = words()
    sheet = book.create_sheet(name)
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=13)
    if heads:
        sheet.append([said.get(head, head) for head in heads])
        _head(sheet, 2)
        sheet.freeze_panes = "A3"
    for row in list(found)[:MOST]:
        sheet.append([_safe(cell(value)) for value in row])
    if not found:
        sheet.append([said["none"]])
    if len(found) > MOST:
        sheet.append([said["more"]])
    for number in range(1, max(len(heads), 1) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 22


def _head(sheet: Worksheet, row: int) -> None:
    for one in sheet[row]:
        one.font, one.fill = Font(bold=True), HEAD


def _safe(value: Any) -> Any:
    """Words of people never become formulas."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

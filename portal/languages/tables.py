"""The texts of a language as CSV or XLSX, for translators and for who checks them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response
from flask_babel import gettext

from portal.core.clock import in_tokyo, today
from portal.core.errors import N_
from portal.core.registries import registries
from portal.languages.counting import KIND_WORDS, STATES, Line

HEADS = (
    N_("Kind"), N_("Key"), N_("Japanese"), N_("English"), N_("Translation"), N_("Status"),
    N_("Person"), N_("Day"),
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A text that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def workbook(language: str, found: Iterable[Line], ending: str) -> Response:
    """The file as an answer; UTF-8 with a byte order mark, which Excel needs."""
    rows = [[str(gettext(head)) for head in HEADS], *map(_row, found)]
    table = [[f"'{x}" if x.startswith(FORMULA) else x for x in row] for row in rows]
    content = _xlsx(table) if ending == "xlsx" else _csv(table)
    answer = Response(content, mimetype=XLSX if ending == "xlsx" else "text/csv")
    name = f"texts-{language}-{today().isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _row(line: Line) -> list[str]:
    text, signature = line.text, line.signature
    find = registries().staff_name
    who = find(signature.staff_id) if signature and find and not line.changed else ""
    day = in_tokyo(signature.at).date().isoformat() if signature and not line.changed else ""
    kind, state = gettext(KIND_WORDS.get(text.kind, text.kind)), gettext(STATES[line.state])
    return [str(kind), text.key, text.ja, text.en, text.text, str(state), who or "", day]


def _csv(table: Iterable[Sequence[str]]) -> bytes:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows(table)
    return sheet.getvalue().encode("utf-8-sig")


def _xlsx(table: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # costs 0.2 s, and only clerks ask for it

    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    for row in table:
        sheet.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()

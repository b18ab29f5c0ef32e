"""A month of the audit log as files for the city: CSV and XLSX, signed, in one ZIP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.core.audit_anchor import NAME as ANCHOR
from portal.core.audit_anchor import anchor
from portal.core.audit_searching import COLUMNS, Entry, beginning_of
from portal.core.audit_words import actor, named
from portal.core.clock import in_tokyo
from portal.core.db import database
from portal.core.signing import signing_keys

MONTH = f"SELECT {COLUMNS} FROM audit_entries WHERE at >= %(since)s AND at < %(until)s ORDER BY id"  # noqa: S608
HEADS = {
    "ja": ("日時", "実行者", "職員名", "実行者ID", "操作", "操作コード", "対象の種類", "対象ID",
           "リクエストID", "詳細", "記録ID"),
    "en": ("Time", "Who", "Clerk's name", "Who (id)", "What", "Code", "Subject", "Subject (id)",
           "Request (id)", "Details", "Entry (id)"),
}  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 1_000_000  # of a sheet; Excel takes 1,048,576

NameOf = Callable[[UUID], str]


def packed(month: date, language: str, name_of: NameOf) -> bytes:
    """The ZIP of the month that begins on this day, with the newest seal of the whole log."""
    rows = [_cells(entry, language, name_of) for entry in _entries(month)]
    stem = f"audit-{month:%Y-%m}"
    files = {
        f"{stem}.csv": _as_csv(HEADS[language], rows),
        f"{stem}.xlsx": _as_xlsx(HEADS[language], rows, stem),
    }
    newest = anchor()
    return signing_keys().packed(files | ({ANCHOR: newest} if newest else {}))


def _entries(month: date) -> Iterator[Entry]:
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    values = {"since": beginning_of(month), "until": beginning_of(following)}
    with database().engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        with driver.cursor(name="audit_month") as cursor:
            cursor.itersize = 5_000
            cursor.execute(MONTH, values)
            yield from (Entry(*row) for row in cursor)
        connection.rollback()


def _cells(entry: Entry, language: str, name_of: NameOf) -> list[str]:
    clerk = entry.actor_id if entry.actor_kind == "staff" else None
    cells = (
        f"{in_tokyo(entry.at):%Y-%m-%d %H:%M:%S}",
        actor(entry.actor_kind, language),
        name_of(clerk) if clerk else "",
        str(entry.actor_id or ""),
        named(entry.action, language),
        entry.action,
        entry.subject_kind or "",
        entry.subject_id or "",
        entry.request_id or "",
        json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else "",
        str(entry.id),
    )
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


def _as_csv(heads: tuple[str, ...], rows: list[list[str]]) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet, lineterminator="\r\n").writerows([heads, *rows])
    return sheet.getvalue().encode("utf-8-sig", "replace")


def _as_xlsx(heads: tuple[str, ...], rows: list[list[str]], title: str) -> bytes:
    from openpyxl import Workbook  # costs 0.2 s, and only clerks ask for it

    book = Workbook(write_only=True)
    for number, first in enumerate(range(0, max(len(rows), 1), MOST_ROWS), 1):
        sheet = book.create_sheet(title if number == 1 else f"{title}-{number}")
        sheet.append(heads)
        for row in rows[first : first + MOST_ROWS]:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()

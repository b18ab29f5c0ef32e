"""Excel workbooks to rows of text: bounded, no macros, formulas only by their last value."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from chatbot.garbage.files.causes import UnreadableFile
from chatbot.garbage.files.cells import MOST_COLUMNS, MOST_ROWS, Row, Sheet, clean

MOST_UNPACKED = 60_000_000
MOST_PARTS = 500
MOST_SHEETS = 12
# Formatted blank rows reach far below the table; a workbook may claim a million of them.
DEEPEST = 60_000


def read_excel(body: bytes, name: str) -> list[Sheet]:
    """Every sheet that holds something. Raises UnreadableFile."""
    _inspect(body)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it does not know
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
            found = [_sheet(sheet, name) for sheet in book.worksheets[:MOST_SHEETS]]
            book.close()
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile("broken") from error
    return [sheet for sheet in found if sheet.rows]


def _inspect(body: bytes) -> None:
    """Refuses what is too big unpacked, and parts that could do harm, before opening it."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            names = [part.filename.lower() for part in parts]
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise UnreadableFile("too_big", MOST_UNPACKED // 1_000_000)
            if any("vbaproject" in name for name in names):
                raise UnreadableFile("macros")
            if "[content_types].xml" not in names:
                raise UnreadableFile("no_table")
            if any(_declares(packed, part) for part in parts):
                raise UnreadableFile("unsafe")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile("broken") from error


def _declares(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares entities, which a few lines can blow up to gigabytes."""
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return False
    with packed.open(part) as opened:
        head = opened.read(65_536)
    return b"<!" in head.replace(b"<!--", b"") or b"\x00<\x00!" in head


def _sheet(sheet: object, name: str) -> Sheet:
    title = getattr(sheet, "title", "")
    return Sheet(f"{name} {title}".strip(), tuple(_rows(sheet)), "xlsx", padded=True)


def _rows(sheet: object) -> Iterator[Row]:
    count = 0
    values = sheet.iter_rows(  # type: ignore[attr-defined]
        max_row=DEEPEST, max_col=MOST_COLUMNS, values_only=True
    )
    for number, cells in enumerate(values, start=1):
        row = Row(number, _texts(cells))
        if row.blank:
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableFile("too_many_rows", f"{MOST_ROWS:,}")
        yield row


def _texts(cells: Sequence[object]) -> tuple[str, ...]:
    """The cells as text, up to the last that says something."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return tuple(clean(_text(cell)) for cell in cells[:end])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

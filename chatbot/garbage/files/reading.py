"""Sheets to what they say: items, classes, collection days and closures, and rejected rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chatbot.garbage.days import ScheduleError
from chatbot.garbage.files.causes import Rejected, UnreadableFile
from chatbot.garbage.files.cells import LONGEST_CELL, MOST_BYTES, Row, Sheet, read_csv
from chatbot.garbage.files.columns import Form, Layout, layout_of
from chatbot.garbage.files.excel import read_excel
from chatbot.garbage.files.gomidata import read_gomidata
from chatbot.garbage.written_days import WrittenDays, read_days

LONGEST_NAME = 150
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# What a spreadsheet would run when somebody opens an export.
FORMULA = re.compile(r"^[=@\t\r]|^[+-](?=[A-Za-z(@])")
EXCEL_ERROR = re.compile(r"^#(?:REF|N/A|VALUE|NAME\?|DIV/0|NULL|NUM)!?$")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$|(\d{4})(\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class SaidItem:
    """One item as a file says it."""

    row: int
    name: str
    class_name: str
    kana: str = ""
    note: str = ""
    fee: str = ""
    english: str = ""
    initial: str = ""


@dataclass(frozen=True, slots=True)
class SaidDistrict:
    """The days of one district; class names as the header has them."""

    name: str
    center: str
    days: Mapping[str, WrittenDays]


@dataclass(frozen=True, slots=True)
class SaidClosure:
    """Days on which a plant is closed."""

    center: str
    name: str
    first: date
    last: date


@dataclass
class Said:
    """Everything that files say.

    `forms`: which tables there were; `swapped`: files turned round; `classless`: items count
    without a class too.
    """

    items: list[SaidItem] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)
    districts: list[SaidDistrict] = field(default_factory=list)
    closures: list[SaidClosure] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    forms: set[Form] = field(default_factory=set)
    swapped: list[str] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)
    classless: bool = False


class Fault(ValueError):
    """A row can not be taken: (cause, value)."""

    def __init__(self, cause: str, value: object = "") -> None:
        super().__init__(cause)
        self.cause, self.value = cause, str(value)


def read_files(files: Iterable[tuple[str, bytes]], *, classless: bool = False) -> Said:
    """What the files (name, content) say together. Raises UnreadableFile."""
    said = Said(classless=classless)
    for name, body in files:
        _read_file(name, body, said)
    return said


def sheets_of(name: str, body: bytes) -> list[Sheet]:
    """The tables of one file, by what is in it, not by how it is named."""
    if len(body) > MOST_BYTES:
        raise UnreadableFile("too_big", MOST_BYTES // 1_000_000)
    if not body.strip():
        raise UnreadableFile("empty")
    if body.startswith(OLD_EXCEL):
        raise UnreadableFile("old_excel")
    if body.startswith(ZIP):
        return read_excel(body, name)
    if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}:
        return [read_gomidata(body, name)]
    return [read_csv(body, name)]


def _read_file(name: str, body: bytes, said: Said) -> None:
    sheets = sheets_of(name, body)
    layouts = [(sheet, layout) for sheet in sheets if (layout := layout_of(sheet))]
    if not layouts:
        first = sheets[0].rows[0].cells if sheets and sheets[0].rows else ()
        raise UnreadableFile("no_columns", ", ".join(cell for cell in first if cell))
    for sheet, layout in layouts:
        said.forms.add(layout.form)
        said.encodings[sheet.name] = sheet.encoding
        said.headers[sheet.name] = sheet.rows[layout.header].cells
        if layout.swapped:
            said.swapped.append(sheet.name)
        _read_sheet(sheet, layout, said)


def _read_sheet(sheet: Sheet, layout: Layout, said: Said) -> None:
    header = sheet.rows[layout.header]
    take = TAKE[layout.form]
    for row in sheet.rows[layout.header + 1 :]:
        try:
            if row.cells == header.cells:
                raise Fault("header_again")
            take(_cells(row, layout, sheet.padded), row.number, header, said)
        except Fault as fault:
            said.rejected.append(
                Rejected(sheet.name, row.number, fault.cause, fault.value[:200], row.cells)
            )


def _cells(row: Row, layout: Layout, padded: bool) -> dict[str, str]:
    """The row's cells by field; refuses what no field can hold."""
    filled = max(place for place, cell in enumerate(row.cells, start=1) if cell)
    if filled > layout.width or (not padded and len(row.cells) < layout.width):
        raise Fault("width", len(row.cells))
    cells = {
        field: row.cells[place] if place < len(row.cells) else ""
        for field, place in layout.places.items()
    }
    for cell in cells.values():
        if len(cell) > LONGEST_CELL:
            raise Fault("too_long", len(cell))
        if FORMULA.match(cell):
            raise Fault("formula", cell)
        if EXCEL_ERROR.match(cell):
            raise Fault("excel_error", cell)
    return cells


def _item(cells: Mapping[str, str], row: int, _header: Row, said: Said) -> None:
    for column, cause in (("name", "no_name"), ("class", "no_class")):
        if not cells[column] and not (column == "class" and said.classless):
            raise Fault(cause)
        if len(cells[column]) > LONGEST_NAME:
            raise Fault("too_long", len(cells[column]))
    note = " ".join(filter(None, (cells.get("note", ""), cells.get("remark", ""))))
    place = (cells["name"], cells["class"], note)
    if place in said.seen:
        raise Fault("twice", said.seen[place])
    said.seen[place] = row
    fees = (cells.get(column, "") for column in ("fee_kind", "fee", "fee_note"))
    kana = cells.get("kana", "")
    item = SaidItem(
        row=row,
        name=cells["name"],
        class_name=cells["class"],
        # Some lists give only the first letter there, which is no reading.
        kana=kana if len(kana) > 1 else "",
        initial=kana if len(kana) == 1 else "",
        note=note,
        fee=" ".join(fee for fee in fees if fee),
        english=cells.get("english", ""),
    )
    said.items.append(item)


def _class(cells: Mapping[str, str], _row: int, _header: Row, said: Said) -> None:
    if not cells["name"]:
        raise Fault("no_class")
    how = "\n\n".join(filter(None, (cells.get("sub", ""), plain_text(cells.get("how", "")))))
    said.classes[cells["name"]] = how


def _district(cells: Mapping[str, str], _row: int, header: Row, said: Said) -> None:
    if not cells["district"]:
        raise Fault("no_name")
    days = {}
    for column, cell in cells.items():
        if column.startswith("class:") and cell:
            place = int(column.removeprefix("class:"))
            try:
                days[header.cells[place]] = read_days(cell)
            except ScheduleError as error:
                raise Fault("bad_days", error) from error
    said.districts.append(SaidDistrict(cells["district"], cells.get("center", ""), days))


def _closure(cells: Mapping[str, str], _row: int, _header: Row, said: Said) -> None:
    if not cells["center"]:
        raise Fault("no_name")
    first, last = _day(cells["first"]), _day(cells["last"])
    if last < first:
        raise Fault("bad_date", f"{first} > {last}")
    said.closures.append(SaidClosure(cells["center"], cells.get("name", ""), first, last))


def _day(text: str) -> date:
    found = DAY.match(unicodedata.normalize("NFKC", text))
    try:
        return date(*(int(part) for part in found.groups() if part))  # type: ignore[union-attr]
    except (AttributeError, ValueError) as error:
        raise Fault("bad_date", text) from error


def plain_text(html: str) -> str:
    """Descriptions of the 5374 form may hold HTML: the words of it, a break where one was."""
    broken = re.sub(r"(?i)<(?:br|/p|/li|/div)[^>]*>", "\n", html)
    text = re.sub(r"<[^<>]{0,500}>", "", broken)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


Take = Callable[[Mapping[str, str], int, Row, Said], None]
TAKE: Mapping[Form, Take] = {
    Form.ITEMS: _item,
    Form.CLASSES: _class,
    Form.DAYS: _district,
    Form.CLOSURES: _closure,
}

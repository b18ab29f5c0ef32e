"""Why a file or a row was not taken: codes, and what is said to staff."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from portal.core.errors import N_

# %(value)s: what stands in the file.
CAUSES = {
    # The whole file
    "empty": N_("The file is empty."),
    "too_big": N_("The file is too big (at most %(value)s MB)."),
    "too_many_rows": N_("The file has too many rows (at most %(value)s)."),
    "encoding": N_("The letters can not be read. Please save the file as UTF-8."),
    "open_quote": N_('A quotation mark (") is opened and never closed near row %(value)s.'),
    "no_table": N_("This is no CSV, Excel (xlsx) or JSON file."),
    "old_excel": N_("Old or locked Excel files can not be read. Please save it as xlsx."),
    "macros": N_("Excel files with macros are not taken. Please save it as xlsx."),
    "unsafe": N_("The Excel file holds something it should not, and was not opened."),
    "broken": N_("The Excel file is broken."),
    "json": N_("The JSON is not in the form of gomidata."),
    "no_columns": N_("There is no column for the item and its class in the first rows: %(value)s"),
    # A row
    "width": N_("The row has %(value)s cells, another number than the header"),
    "no_name": N_("No item"),
    "no_class": N_("No class"),
    "formula": N_("Begins like a formula: %(value)s"),
    "excel_error": N_("An Excel error stands there: %(value)s"),
    "too_long": N_("A cell is too long (%(value)s letters)"),
    "twice": N_("The same item with the same class already stands in row %(value)s"),
    "header_again": N_("The header once more"),
    "no_such_class": N_("There is no such class: %(value)s"),
    "bad_days": N_("The collection days can not be read: %(value)s"),
    "bad_date": N_("The date can not be read: %(value)s"),
    "no_such_center": N_("There is no such plant: %(value)s"),
}


class UnreadableFile(ValueError):
    """The whole file can not be used."""

    def __init__(self, code: str, value: object = "") -> None:
        self.code, self.value = code, str(value)[:200]
        super().__init__(CAUSES[code] % {"value": self.value})


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row not taken. `row`: its number in the file as Excel counts, the header being 1."""

    file: str
    row: int
    cause: str
    value: str
    cells: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"cells": list(self.cells)}

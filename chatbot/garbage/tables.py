"""Item lists and questions for measuring the search, from any file that the importer reads."""

from collections.abc import Sequence
from pathlib import Path

from chatbot.garbage.files.cells import read_csv
from chatbot.garbage.files.columns import Form
from chatbot.garbage.files.reading import read_files
from chatbot.garbage.items import Item


class TableError(ValueError):
    """A file is not a table with the needed columns; the message says what is missing."""


def read_items(path: Path) -> list[Item]:
    """Items of a list, those without a class too: people ask for them all the same.

    Raises UnreadableFile, and TableError where the file is another table.
    """
    said = read_files([(path.name, path.read_bytes())], classless=True)
    if Form.ITEMS not in said.forms:
        raise TableError(f"{path.name}: no list of items")
    return [
        Item(str(number), each.name, each.class_name, each.kana, each.note)
        for number, each in enumerate(said.items)
    ]


def read_queries(path: Path) -> list[tuple[str, str]]:
    """Pairs of what is asked and the item's name expected. Raises TableError, UnreadableFile."""
    sheet = read_csv(path.read_bytes(), path.name)
    header = [cell.lower() for cell in sheet.rows[0].cells] if sheet.rows else []
    if not {"query", "expected"} <= set(header):
        raise TableError(f"{path.name}: needs the columns query and expected")
    query, expected = header.index("query"), header.index("expected")
    return [(_cell(row.cells, query), _cell(row.cells, expected)) for row in sheet.rows[1:]]


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""

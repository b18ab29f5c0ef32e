"""Reads item lists from CSV files by their column names, as cities publish them."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.garbage.items import Item

# UTF-16 only with its mark: without one, any bytes would pass.
ENCODINGS = ("utf-8-sig", "cp932")
# The end of a column's name, since some publishers put the table's name in front.
NAME = ("ゴミの品目", "ごみの品目", "品目名", "品目", "品名", "name", "article")
CLASS = ("分別区分", "分別", "区分", "種別", "type", "class", "category")
KANA = ("品目_カナ", "カナ", "かな", "よみがな", "読み", "kana", "namekana", "name_kana")
NOTE = ("注意点", "備考", "説明", "notice", "note")
MARKS = (b"\xff\xfe", b"\xfe\xff")


class TableError(ValueError):
    """A file is not a table with the needed columns; the message says what is missing."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as dictionaries; UTF-8 with or without mark, CP932, UTF-16."""
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    return [
        {str(name).strip(): (value or "").strip() for name, value in row.items() if name}
        for row in reader
    ]


def read_items(path: Path) -> list[Item]:
    """Items of a list; rows without a name are left out. Raises TableError."""
    rows = read_rows(path)
    columns = list(rows[0]) if rows else []
    name, kind = find_column(columns, NAME), find_column(columns, CLASS)
    if not name or not kind:
        raise TableError(f"{path.name}: no column for the item or the class in {columns}")
    kana, note = find_column(columns, KANA), find_column(columns, NOTE)
    return list(_items(rows, name, kind, kana, note))


def read_queries(path: Path) -> list[tuple[str, str]]:
    """Pairs of what is asked and the item's name expected. Raises TableError."""
    rows = read_rows(path)
    if rows and not {"query", "expected"} <= rows[0].keys():
        raise TableError(f"{path.name}: needs the columns query and expected")
    return [(row["query"], row["expected"]) for row in rows]


def find_column(columns: Sequence[str], endings: Sequence[str]) -> str:
    """The first column whose name ends with one of the endings, in their order; or nothing."""
    for ending in endings:
        for column in columns:
            if column.lower().endswith(ending):
                return column
    return ""


def _items(
    rows: Sequence[dict[str, str]], name: str, kind: str, kana: str, note: str
) -> Iterator[Item]:
    for number, row in enumerate(rows):
        if row.get(name):
            yield Item(
                key=str(number),
                name=row[name],
                class_key=row.get(kind, ""),
                # Some lists give only the first letter there, which is no reading.
                kana=row.get(kana, "") if len(row.get(kana, "")) > 1 else "",
                note=row.get(note, ""),
            )


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith(MARKS):
        return content.decode("utf-16")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(f"{path.name}: neither UTF-8, CP932 nor UTF-16")

"""Answers as rows, in the columns that are read back."""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.knowledge.bodies import Body
from chatbot.knowledge.tables import spreadsheets
from chatbot.knowledge.tables.columns import COLUMNS

FORMATS = ("xlsx", "csv", "csv-cp932")


def rows_of(bodies: Iterable[Body]) -> list[list[str]]:
    """The header and a row an answer."""
    head = [column.name for column in COLUMNS]
    return [head, *([column.get(body) for column in COLUMNS] for body in bodies)]


def exported(bodies: Iterable[Body], form: str) -> bytes:
    """The file in one of FORMATS."""
    rows = rows_of(bodies)
    if form == "xlsx":
        return spreadsheets.write_xlsx(rows, "FAQ")
    return spreadsheets.write_csv(rows, "cp932" if form == "csv-cp932" else "utf-8-sig")

"""The list of reports as CSV that a spreadsheet opens rightly (UTF-8 with BOM)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext

from chatbot.reports import words
from chatbot.reports.categories import Category
from portal.core.clock import in_tokyo
from portal.core.errors import N_

BOM = "\ufeff"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run it as a formula
COLUMNS = (
    N_("Receipt number"),
    N_("State"),
    N_("Category"),
    N_("Desk in charge"),
    N_("District of the place"),
    N_("Responsible elsewhere"),
    N_("What was written"),
    N_("Place"),
    N_("Latitude"),
    N_("Longitude"),
    N_("Told on"),
    N_("Changed on"),
    N_("Closed on"),
    N_("Me too"),
    N_("Pictures"),
    N_("Channel"),
)


def as_csv(rows: Iterable[Any], known: Mapping[str, Category], desks: Mapping[str, str]) -> bytes:
    """Every row as its columns."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(name) for name in COLUMNS])
    for row in rows:
        writer.writerow([safe(cell) for cell in _cells(row, known, desks)])
    return (BOM + out.getvalue()).encode()


def safe(cell: Any) -> Any:
    """A resident's words must not become a formula on a clerk's machine."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell


def _cells(row: Any, known: Mapping[str, Category], desks: Mapping[str, str]) -> list[Any]:
    category = known[row.category].name("ja") if row.category in known else row.category
    return [
        row.number,
        words.state(row.state),
        category,
        desks.get(row.desk, row.desk),
        row.district,
        row.whose or (gettext("Outside the city") if row.outside else ""),
        row.words,
        row.place,
        row.latitude,
        row.longitude,
        _when(row.created_at),
        _when(row.changed_at),
        _when(row.closed_at),
        row.followers,
        row.pictures,
        row.channel,
    ]


def _when(moment: Any) -> str:
    return f"{in_tokyo(moment):%Y-%m-%d %H:%M}" if moment else ""

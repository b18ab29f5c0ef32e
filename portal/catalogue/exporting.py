"""Writes the catalogue as a table (GIF DS-451-4, open data) or as one JSON with everything."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from portal.catalogue import exporting_gif, exporting_opendata
from portal.catalogue.exporting_columns import SEPARATOR, About, Column
from portal.catalogue.load import Entries, Thing
from portal.catalogue.machine_readable import BOM, Problem, problems
from portal.catalogue.model import Service

FULL_FORM, FULL_VERSION = "mado-catalogue", 1
PLURALS = {
    Thing.ITEM: "items",
    Thing.DESK: "desks",
    Thing.DISTRICT: "districts",
    Thing.SERVICE: "services",
}


class Format(StrEnum):
    """The forms the catalogue goes out and comes in as."""

    GIF = "gif"
    OPENDATA = "opendata"
    JSON = "json"


TABLES: Mapping[Format, tuple[Column, ...]] = {
    Format.GIF: exporting_gif.COLUMNS,
    Format.OPENDATA: exporting_opendata.COLUMNS,
}
DEFINITION = (
    "項目名", "フィールド名", "説明", "型", "必須", "最大文字数", "単位", "選択肢", "コード表",
)  # fmt: skip


class NotReadable(ValueError):
    """The table breaks rules of machine readability; nothing is handed out."""

    def __init__(self, found: Sequence[Problem]) -> None:
        first = found[0]
        super().__init__(f"{first.rule}: line {first.line}, {first.column}: {first.text}")
        self.found = found


def table(form: Format, about: About) -> bytes:
    """The catalogue's services as CSV; raises NotReadable rather than hand out a bad table."""
    columns = TABLES[form]
    rows = [cells(columns, service, about) for service in about.catalogue.services]
    raw = csv_of([column.name for column in columns], rows)
    if found := problems(raw, columns):
        raise NotReadable(found)
    return raw


def cells(columns: Sequence[Column], service: Service, about: About) -> list[str]:
    """One line of a table."""
    return [column.get(service, about) for column in columns]


def definition(form: Format) -> bytes:
    """What each column holds: sent along, so that programs and people need not guess."""
    rows = [
        [
            column.name, column.field, column.meaning, column.kind,
            "必須" if column.required else "任意", str(column.longest or ""), column.unit,
            SEPARATOR.join(column.words),
            SEPARATOR.join(f"{code}:{word}" for code, word in column.codes.items()),
        ]
        for column in TABLES[form]
    ]  # fmt: skip
    return csv_of(DEFINITION, rows)


def csv_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as UTF-8 with a byte order mark and CRLF (RFC 4180), quoted where it must be."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return BOM + text.getvalue().encode()


def full(entries: Entries) -> str:
    """Everything as JSON, rules and both languages included; can be read in again."""
    whole: dict[str, Any] = {"form": FULL_FORM, "version": FULL_VERSION}
    for thing, name in PLURALS.items():
        whole[name] = [plain(each.body) for each in entries[thing].values()]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def plain(value: Any) -> Any:
    """A body as JSON has it: days as texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value

"""Files of a hand-over: CSV that no spreadsheet runs, JSON, in the tool's encoding. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "cp932": "Shift_JIS (CP932)"}
FORMATS = ("csv", "json")
ID, STATE, ADDRESS = "id", "state", "address"
KEPT, DELETED = "active", "deleted"
# Spreadsheets read these as the begin of a formula, full-width ones too (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """What is handed over; `left_out` ids could not be written without changing their address."""

    data: bytes
    mimetype: str
    given: tuple[str, ...]
    left_out: tuple[str, ...]


def write(records: Sequence[Record], columns: Mapping[str, str], kind: str, encoding: str) -> File:
    """All records with the tool's names of columns, in this order."""
    fit = [each for each in records if fits(each, kind, encoding)]
    out = tuple(each[ID] for each in records if not fits(each, kind, encoding))
    given = tuple(each[ID] for each in fit)
    text = _csv(fit, columns) if kind == "csv" else _json(fit, columns)
    mimetype = "text/csv" if kind == "csv" else "application/json"
    return File(text.encode(encoding), mimetype, given, out)


def fits(record: Record, kind: str, encoding: str) -> bool:
    """Whether every value can be written as it is: a changed address would be another person's."""
    for value in record.values():
        if kind == "csv" and value.startswith(FORMULA):
            return False
        try:
            value.encode(encoding)
        except UnicodeEncodeError:
            return False
    return all(each.isprintable() for each in record.values())


def name_fault(name: str, encoding: str) -> bool:
    """Whether a column can not be called so."""
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        return True
    return not 0 < len(name) <= 60 or name.startswith(FORMULA) or not name.isprintable()


def _csv(records: Sequence[Record], columns: Mapping[str, str]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(columns.values())
    for each in records:
        table.writerow([each.get(field, "") for field in columns])
    return out.getvalue()


def _json(records: Sequence[Record], columns: Mapping[str, str]) -> str:
    rows = [named(each, columns) for each in records]
    return json.dumps({"items": rows}, ensure_ascii=False, indent=1)


def named(record: Record, columns: Mapping[str, str]) -> dict[str, str]:
    """A record with the tool's names; of a deleted one only what it has."""
    return {name: record[field] for field, name in columns.items() if field in record}

"""A CSV of clerks: reading what spreadsheets write, writing what spreadsheets can not run."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.core import names
from portal.core.errors import N_

COLUMNS = (
    "email",
    "name",
    "roles",
    "starts_on",
    "ends_on",
    "login_name",
    "identity_issuer",
    "identity_subject",
)
NEEDED = ("email", "name", "roles")
JAPANESE = {
    "メール": "email",
    "メールアドレス": "email",
    "氏名": "name",
    "名前": "name",
    "役割": "roles",
    "開始日": "starts_on",
    "終了日": "ends_on",
    "ログイン名": "login_name",
    "発行者": "identity_issuer",
    "外部ID": "identity_subject",
}
MOST_ROWS = 5000
LONGEST = {"name": 80, "login_name": 128, "identity_issuer": 500, "identity_subject": 256}
# What a spreadsheet would run as a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class BadTable(ValueError):
    """The file as a whole can not be read; the text is an English message key."""


@dataclass(frozen=True)
class Row:
    """One line. None: the column is not there or says nothing; the account keeps what it has."""

    line: int
    email: str
    name: str
    roles: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    login_name: str | None
    issuer: str
    subject: str
    fault: str = ""  # an English message key


@dataclass(frozen=True)
class Written:
    """What one account says in the table."""

    email: str
    name: str
    roles: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    login_name: str
    issuer: str
    subject: str


def decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark, else what Japanese Excel writes (CP932). Raises BadTable."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTable(N_("The file is neither UTF-8 nor Shift JIS."))


def read_table(text: str, normal: Callable[[str], str | None]) -> list[Row]:
    """The rows; `normal` gives an address its one spelling. Raises BadTable."""
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in first else ",", strict=True)
    try:
        columns = _columns(next(reader, []))
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(reader.line_num, cells, columns, normal))
            if len(rows) > MOST_ROWS:
                raise BadTable(N_("The table has more than 5000 rows."))
    except csv.Error:
        raise BadTable(N_("The file is not a CSV table.")) from None
    if not rows:
        raise BadTable(N_("The table has no rows."))
    return rows


def written_table(rows: Iterable[Written]) -> str:
    """The table of these accounts; what a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (
            row.email,
            row.name,
            " ".join(row.roles),
            row.starts_on.isoformat(),
            row.ends_on.isoformat() if row.ends_on else "",
            row.login_name,
            row.issuer,
            row.subject,
        )
        writer.writerow([_guarded(cell) for cell in cells])
    return out.getvalue()


def _columns(header: list[str]) -> list[str]:
    names = [unicodedata.normalize("NFKC", cell).strip() for cell in header]
    names = [JAPANESE.get(name, name.lower()) for name in names]
    if not set(NEEDED) <= set(names):
        raise BadTable(N_("The first line must name the columns email, name and roles."))
    if len(set(names)) != len(names) or set(names) - set(COLUMNS) - {""}:
        raise BadTable(N_("The first line names a column that is unknown or there twice."))
    return names


def _row(
    line: int, cells: list[str], columns: list[str], normal: Callable[[str], str | None]
) -> Row:
    values = dict.fromkeys(COLUMNS, "")
    values |= {name: _plain(cell) for name, cell in zip(columns, cells, strict=False) if name}
    email = normal(values["email"])
    faults = [_shape_fault(values)] if len(cells) <= len(columns) else [N_("Too many columns.")]
    days: list[date | None] = []
    for name in ("starts_on", "ends_on"):
        day, fault = _day(values[name])
        days.append(day)
        faults.append(fault)
    if email is None:
        faults.insert(0, N_("This is not a mail address."))
    return Row(
        line,
        email or values["email"],
        values["name"],
        tuple(sorted(set(re.split(r"[\s;|、・]+", values["roles"])) - {""})),
        days[0],
        days[1],
        values["login_name"] if "login_name" in columns else None,
        values["identity_issuer"],
        values["identity_subject"],
        next((fault for fault in faults if fault), ""),
    )


def _shape_fault(values: dict[str, str]) -> str:
    if not values["name"]:
        return N_("The name is missing.")
    if any(names.length(values[name]) > most for name, most in LONGEST.items()):
        return N_("A value is too long.")
    if any(unicodedata.category(sign) == "Cc" for value in values.values() for sign in value):
        return N_("A value holds a sign that can not be kept.")
    if bool(values["identity_issuer"]) != bool(values["identity_subject"]):
        return N_("Issuer and name there belong together.")
    return ""


def _day(text: str) -> tuple[date | None, str]:
    """2026-04-01, or 2026/4/1 as Excel likes to write it."""
    if not text:
        return None, ""
    parts = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text, re.ASCII)
    try:
        year, month, day = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return date(year, month, day), ""
    except ValueError:
        return None, N_("A day must be written like 2026-04-01.")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def _plain(cell: str) -> str:
    """Without our own guard, trimmed and composed."""
    text = names.composed(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith((*FORMULA, "'")) else text

"""Tables of examples: reading them whatever their encoding, and printing how they came out."""

import csv
import io
import json
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TextIO

import click

ENCODINGS = ("utf-8-sig", "cp932")
Row = Mapping[str, str | None]


class Checked(Protocol):
    """How one row of a table came out."""

    @property
    def vector_id(self) -> str:
        """Name of the row."""

    @property
    def expected(self) -> str:
        """What the row says."""

    @property
    def got(self) -> str:
        """What the rules say."""

    @property
    def passed(self) -> bool:
        """Whether they agree."""


def read_table(file: str) -> TextIO:
    """The text of a table in UTF-8 (with or without BOM) or Windows' Japanese encoding."""
    raw = Path(file).read_bytes()
    for encoding in ENCODINGS:
        try:
            return io.StringIO(raw.decode(encoding), newline="")
        except UnicodeDecodeError:
            continue
    raise click.ClickException(f"{file}: neither UTF-8 nor CP932")


def read_rows(stream: TextIO, columns: Collection[str]) -> tuple[list[Row], str]:
    """The rows of a table that hold anything, and what is wrong with the file ("" for nothing)."""
    rows: list[Row] = []
    reader = csv.DictReader(stream)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        if lacking := [name for name in columns if name not in header]:
            return [], f"no column {', '.join(lacking)}"
        reader.fieldnames = header
        rows.extend(row for row in reader if not _is_blank(row))
    except csv.Error as error:
        return rows, str(error)
    return rows, ""


def _is_blank(row: Row) -> bool:
    """Whether a row is only separators, as spreadsheets leave them at the end of a table."""
    return not any("".join(value or "").strip() for value in row.values())


def print_outcomes(outcomes: Sequence[Checked], *, as_json: bool) -> None:
    """Print mismatches and the count, and leave with status 1 when something failed."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if as_json:
        click.echo(_json(outcomes, failed))
    else:
        for outcome in failed:
            click.echo(f"{outcome.vector_id}, {outcome.expected}, {outcome.got}")
        click.echo(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    if failed:
        sys.exit(1)


def _json(outcomes: Sequence[Checked], failed: Sequence[Checked]) -> str:
    mismatches = [
        {"vector": each.vector_id, "expected": each.expected, "got": each.got} for each in failed
    ]
    counts = {"passed": len(outcomes) - len(failed), "failed": len(failed)}
    return json.dumps(counts | {"mismatches": mismatches}, ensure_ascii=False, indent=2)

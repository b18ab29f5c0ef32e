"""`./mado answers import` and `export`: tables of answers on the command line."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chatbot.knowledge.tables.importing import Plan


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what each row would do, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Read FILE (CSV or XLSX, as `answers export` writes it) and make drafts.

    Only cells that differ from the present count. Refused rows are told by line and column; exit
    status 1 when there are any. Drafts wait for a colleague's approval in the staff pages.
    """
    with _ground(must=not dry_run):
        made = _imported(file, dry_run=dry_run)
    said = as_dict(made, dry_run=dry_run)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1)) if as_json else _print(said)
    sys.exit(bool(made.fault or said["refused"]))


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--cp932", is_flag=True, help="CSV for old spreadsheets, instead of UTF-8.")
def export(file: Path, cp932: bool) -> None:
    """Write all answers in force to FILE: .xlsx, else CSV."""
    from chatbot.knowledge.tables.exporting import exported

    form = "xlsx" if file.suffix.lower() == ".xlsx" else "csv-cp932" if cp932 else "csv"
    with _ground(must=False):
        bodies = _bodies()
    file.write_bytes(exported(bodies.values(), form))
    click.echo(f"{len(bodies)} answers")


def as_dict(made: Plan, *, dry_run: bool) -> dict[str, Any]:
    """The plan for programs."""
    from chatbot.knowledge.tables.importing import Outcome

    return {
        "dry_run": dry_run,
        "fault": made.fault,
        "unknown_columns": list(made.unknown),
        **{str(outcome): made.count(outcome) for outcome in Outcome},
        "rows": [
            {
                "line": row.line,
                "key": row.key,
                "outcome": row.outcome,
                "columns": list(row.columns),
                "troubles": [
                    {"column": t.column, "problem": t.problem % dict(t.params), "cell": t.cell}
                    for t in row.troubles
                ],
            }
            for row in made.rows
        ],
    }


def _imported(file: Path, *, dry_run: bool) -> Plan:
    from chatbot.knowledge.tables.acts import write_drafts
    from chatbot.knowledge.tables.importing import plan
    from portal.core.clock import today
    from portal.core.db import transaction

    made = plan(file.read_bytes(), _bodies(), today())
    if not dry_run and not made.fault:
        with transaction() as session:
            write_drafts(session, made, by=None, note=f"import {file.name}")
    return made


def _bodies() -> dict[str, Any]:
    """The answers in force; without a database those that come with this program."""
    from flask import has_app_context

    from chatbot.knowledge.models import Thing
    from chatbot.knowledge.store import bodies_over, live_entries

    return bodies_over(live_entries() if has_app_context() else [])[Thing.FAQ]


@contextmanager
def _ground(*, must: bool) -> Iterator[None]:
    """The database where its settings are given."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        from portal.guide.city_pages.commands import ground

        with ground():
            yield
    elif must:
        raise click.ClickException("DATABASE_URL is not set: there is nowhere to put drafts")
    else:
        yield


def _print(said: dict[str, Any]) -> None:
    if said["fault"]:
        click.echo(said["fault"], err=True)
    for name in said["unknown_columns"]:
        click.echo(f"column {name}: not known, passed over")
    for row in said["rows"]:
        if row["outcome"] in ("new", "changed"):
            click.echo(
                f"line {row['line']}: {row['outcome']} {row['key']}: {', '.join(row['columns'])}"
            )
        for trouble in row["troubles"]:
            where = f"line {row['line']}, {trouble['column']}"
            click.echo(f"{where}: refused: {trouble['problem']} {trouble['cell'][:40]}".rstrip())
    verb = "would be drafted" if said["dry_run"] else "drafted"
    click.echo(
        f"{said['new']} new and {said['changed']} changed {verb},"
        f" {said['same']} same, {said['refused']} refused"
    )

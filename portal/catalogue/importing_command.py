"""`./mado services import`: tables and JSON of services back into the catalogue, as drafts."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from portal.catalogue.importing import Plan, Trouble


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Read FILE (gif, opendata or json, as `services export` writes them) and make drafts.

    Only cells that differ from the present count. Rejected rows are told by line and column; exit
    status 1 when there are any. Drafts wait for a colleague's approval in the staff pages.
    """
    from portal.catalogue.commands import city_live, given
    from portal.catalogue.exporting_command import about_city
    from portal.catalogue.importing import plan
    from portal.catalogue.store import entries_over

    live = city_live()
    made = plan(file.read_bytes(), entries_over(live), about_city(live))
    if not dry_run:
        if not given("DATABASE_URL"):
            raise click.ClickException("DATABASE_URL is not set: there is nowhere to put drafts")
        _write(made, f"import {file.name}")
    said = as_dict(made, dry_run=dry_run)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1)) if as_json else _print(said)
    sys.exit(bool(made.rejected))


def _write(made: Plan, note: str) -> None:
    from portal.catalogue.importing_acts import write_drafts
    from portal.core.db import transaction
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        raise click.ClickException(f"The settings can not be used:\n{error}") from None
    try:
        with app.app_context(), transaction() as session:
            made.changes = write_drafts(session, made, by=None, note=note)
    finally:
        app.extensions["mado.database"].engine.dispose()


def as_dict(made: Plan, *, dry_run: bool) -> dict[str, Any]:
    """The plan for programs."""
    return {
        "dry_run": dry_run,
        "unchanged": made.unchanged,
        "changes": [
            {
                "line": each.line,
                "thing": each.thing,
                "key": each.key,
                "new": each.is_new,
                "columns": list(each.columns),
            }
            for each in made.changes
        ],
        "rejected": [_trouble(each) for each in made.rejected],
        "left_out": [_trouble(each) for each in made.left_out],
    }


def _trouble(trouble: Trouble) -> dict[str, Any]:
    return {"line": trouble.line, "column": trouble.column, "problem": trouble.problem}


def _print(said: dict[str, Any]) -> None:
    for each in said["changes"]:
        kind = "new" if each["new"] else "changed"
        columns = ", ".join(each["columns"])
        click.echo(f"line {each['line']}: {kind} {each['thing']} {each['key']}: {columns}")
    for name in ("rejected", "left_out"):
        for each in said[name]:
            word = name.replace("_", " ")
            click.echo(f"line {each['line']}, {each['column']}: {word}: {each['problem']}")
    counts = (len(said["changes"]), said["unchanged"], len(said["rejected"]))
    verb = "would change" if said["dry_run"] else "drafts"
    click.echo(f"{counts[0]} {verb}, {counts[1]} unchanged, {counts[2]} rejected")

"""The command line of tables of clerks: `./mado staff import` and `./mado staff export`."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from auth.staff.bulk import Step

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_clerks(file: Path, dry_run: bool, as_json: bool) -> None:
    """Write a table of clerks (CSV): all rows or, with one fault, none."""
    from auth.commands import _transaction
    from auth.staff import imports
    from auth.staff.tables import BadTable, decoded

    with _transaction() as session:
        try:
            steps = imports.look(session, decoded(file.read_bytes()))
        except BadTable as error:
            raise click.ClickException(str(error)) from None
        faulty = any(step.kind == "error" for step in steps)
        if not dry_run and not faulty:
            imports.write(session, steps, by="command")
    _show(steps, as_json, written=not dry_run and not faulty)
    if faulty:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export_clerks(file: Path | None) -> None:
    """The present list in the columns of the import, to a file or to the screen."""
    from auth.commands import _transaction
    from auth.staff import imports

    with _transaction() as session:
        text = imports.export(session)
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_bytes(text.encode("utf-8-sig"))


def _show(steps: list[Step], as_json: bool, *, written: bool) -> None:
    rows = [_told(step) for step in steps]
    kinds = ("new", "changed", "ended", "unchanged", "error")
    counts = {kind: sum(step.kind == kind for step in steps) for kind in kinds}
    if as_json:
        told = {"written": written, "counts": counts, "rows": rows}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for row in rows:
        words = row.get("fault") or "; ".join(
            f"{one['field']}: {one['before']} -> {one['after']}" for one in row["changes"]
        )
        click.echo(f"line {row['line']}  {row['kind']}  {row['email']}  {words}".rstrip())
    click.echo(", ".join(f"{kind} {count}" for kind, count in counts.items()))
    click.echo("Written." if written else "Nothing was written.")


def _told(step: Step) -> dict[str, Any]:
    changes = [
        {"field": name, "before": _plain(before), "after": _plain(after)}
        for name, before, after in step.changes
    ]
    if step.roles_from is not None:
        changes.append(
            {
                "field": "roles",
                "before": list(step.roles_before),
                "after": list(step.row.roles),
                "from": step.roles_from.isoformat(),
            }
        )
    told = {"line": step.row.line, "kind": step.kind, "email": step.row.email, "changes": changes}
    return told | ({"fault": step.fault} if step.fault else {})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if hasattr(value, "isoformat") else value

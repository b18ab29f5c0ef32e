"""`./mado facilities import FILE`: open data from the command line."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from pathlib import Path

import click


@click.group()
def facilities() -> None:
    """Public facilities and shelters."""


@facilities.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only report; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the rows of FILE over: 公共施設一覧 or 指定緊急避難場所一覧 of the standard open data.

    UTF-8 (with or without mark), Shift_JIS or UTF-16; which list it is, its columns tell. With
    --json: {dataset, encoding, new, changed, same, withdrawn, refused: [{row, reason, value}]}.
    Places that are not in the file any more are withdrawn, unless a row was refused. Exit status 1
    when the whole file can not be used.
    """
    from portal.core.db import transaction
    from portal.guide.city_pages.commands import ground
    from portal.guide.facilities.columns import UnreadableFile
    from portal.guide.facilities.importing import import_file

    with ground():
        try:
            with transaction() as session:
                report = import_file(session, file.read_bytes(), name=file.name, dry_run=dry_run)
        except UnreadableFile as error:
            raise click.ClickException(f"{file.name}: {error.reason}") from None
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    for each in report["refused"]:
        click.echo(f"row {each['row']}: {each['reason']} {each['value']}".rstrip())
    counts = ", ".join(f"{report[n]} {n}" for n in ("new", "changed", "same", "withdrawn"))
    click.echo(f"{report['dataset']}: {counts}, {len(report['refused'])} refused")

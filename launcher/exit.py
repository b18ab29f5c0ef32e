"""`./mado exit …`: the contract's end."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("exit")
def exit_() -> None:
    """The contract's end: export everything, verify it, delete it with a certificate."""


@exit_.command()
@click.option("--out", required=True, type=FOLDER, help="A folder; a stopped export goes on there.")
@click.option("--with-secrets", is_flag=True, help="Also keys of ways to sign in and of ours.")
def export(out: Path, with_secrets: bool) -> None:
    """Write every table as CSV, the layout documents and files of media, hashed and signed."""
    from launcher.product import application
    from portal.operations.exit_export.writing import export as write

    with application().app_context():
        made = write(out, secrets=with_secrets)
    rows = sum(one["rows"] for one in made["tables"].values())
    click.echo(f"{out}: {len(made['tables'])} tables, {rows} rows, {len(made['media'])} files.")
    click.echo(f"Digest {made['digest']}. Next: ./mado exit verify --in {out}")


@exit_.command()
@click.option("--in", "folder", required=True, type=FOLDER)
def verify(folder: Path) -> None:
    """Check signature and hashes, and that the database says the same; exit 1 when not."""
    from launcher.product import application
    from portal.operations.exit_export import checking

    with application().app_context():
        try:
            faults = checking.verify(folder)
        except checking.Refused as error:
            faults = [str(error)]
    for fault in faults:
        click.echo(f"NOT GOOD: {fault}")
    if faults:
        raise SystemExit(1)
    click.echo("Good. Two clerks can agree to the deletion now, on the page /staff/exit.")


@exit_.command("import")
@click.option("--in", "folder", required=True, type=FOLDER)
def import_(folder: Path) -> None:
    """Write an export made --with-secrets into this empty database."""
    from launcher.product import application
    from portal.operations.exit_export import checking

    with application().app_context():
        try:
            counts = checking.load(folder)
        except checking.Refused as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{sum(counts.values())} rows of {len(counts)} tables.")


@exit_.command()
@click.option("--in", "folder", required=True, type=FOLDER, help="The export that was verified.")
@click.option("--certificate", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="Everything of this city will be deleted. Go on?")
def delete(folder: Path, certificate: Path) -> None:
    """Delete everything, after two clerks agreed; the certificate is signed."""
    from launcher.product import application
    from portal.operations.exit_export import checking, deleting

    with application().app_context():
        try:
            said = deleting.delete(folder, certificate)
        except checking.Refused as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{said['rows']} rows of {len(said['tables'])} tables are gone: {certificate}")

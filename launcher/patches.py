"""`./mado patches …`: data patches for those at the machine."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click


@click.group()
def patches() -> None:
    """Data patches: try a script, list them, run an approved one."""


@patches.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Try a script, show its rows (personal values as ●), change nothing; exit 1 when faulty."""
    from launcher.product import application
    from portal.operations.data_patches import running, script

    with application().app_context():
        try:
            changes = running.tried(script.parse(file.read_text("utf-8")))
        except script.FaultyScript as error:
            raise click.ClickException(str(error)) from None
        for one in changes:
            said = "; ".join(f"{name}: {was} → {then}" for name, was, then in running.masked(one))
            click.echo(f"{one.table}  {said}")
    click.echo(f"{len(changes)} rows, rolled back.")


@patches.command("list")
def list_() -> None:
    """The newest, with their state and hash."""
    from launcher.product import application
    from portal.core.db import transaction
    from portal.operations.data_patches import keeping

    with application().app_context(), transaction() as session:
        for one in keeping.newest(session):
            click.echo(f"{one.id}  {one.at:%Y-%m-%d}  {keeping.state(one)}  {one.title}")
            click.echo(f"    {one.rows} rows, {one.digest}")


@patches.command()
@click.argument("patch", type=click.UUID)
def run(patch: UUID) -> None:
    """Run an approved patch, once, in one transaction."""
    from launcher.product import application
    from portal.core.db import transaction
    from portal.core.errors import MadoError
    from portal.operations.data_patches import keeping, script

    with application().app_context():
        try:
            with transaction() as session:
                rows = keeping.run(session, patch, None)
        except MadoError as error:
            raise click.ClickException(f"not approved, or run already: {error.message}") from None
        except script.FaultyScript as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{rows} rows.")

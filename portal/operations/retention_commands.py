"""The command line of retention: `./mado retention report|run`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click


@click.group()
def retention() -> None:
    """What was deleted when its time was over."""


@retention.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def report(as_json: bool) -> None:
    """The last night: rule, rows deleted, oldest left, kept too long; exit 1 if anything is."""
    from portal.operations import retention as found

    with _application():
        day, lines = found.newest()
    if day is None:
        raise click.ClickException("no night has been checked yet: `./mado retention run`")
    told = [
        {
            "rule": line.rule.key,
            "by": str(line.rule.by),
            "deleted": line.row.deleted if line.row else None,
            "oldest": line.row.oldest.isoformat() if line.row and line.row.oldest else None,
            "overdue": line.row.overdue if line.row else None,
        }
        for line in lines
    ]
    if as_json:
        click.echo(json.dumps({"day": day.isoformat(), "rules": told}))
    else:
        click.echo(f"Night of {day}")
        for one in told:
            oldest = str(one["oldest"] or "-")[:10]
            click.echo(
                f"{one['rule']:18} {one['by']:6} deleted {one['deleted'] or 0:6}"
                f"  oldest {oldest:10}  too long {one['overdue'] or 0}"
            )
    raise SystemExit(any(one["overdue"] for one in told))


@retention.command()
def run() -> None:
    """Delete and check now, as every night."""
    from portal.core.clock import today
    from portal.operations import retention as found

    with _application():
        try:
            gone = found.run(today())
        except found.RetentionOverdue as error:
            raise click.ClickException(f"kept too long: {error}") from None
    click.echo(f"{gone} rows deleted; `./mado retention report` says the rest")


@contextmanager
def _application() -> Iterator[None]:
    """All settings and the database, without pages."""
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app
    from portal.operations import retention as found

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        raise click.ClickException(f"The settings can not be used:\n{error}") from None
    found.install(app)
    try:
        with app.app_context():
            yield
    finally:
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()

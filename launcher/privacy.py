"""`./mado privacy table|format`: the documents about personal data."""

from __future__ import annotations

import click


@click.group()
def privacy() -> None:
    """What is kept of residents."""


@privacy.command()
def table() -> None:
    """The table of personal columns, for docs/personal-data.md."""
    _print("as_markdown")


@privacy.command("format")
def format_() -> None:
    """The description of the download, for docs/data-export.md."""
    _print("format_as_markdown")


def _print(name: str) -> None:
    from launcher.product import application
    from portal.privacy import columns

    with application().app_context():
        click.echo(getattr(columns, name)(), nl=False)

"""`./mado languages`: how far each language is."""

from __future__ import annotations

import click

from portal.core.languages import TRANSLATED
from portal.languages.counting import counts

HEAD = ("language", "kind", "all", "missing", "unsigned", "signed")


@click.command()
@click.option(
    "--fail-missing",
    "wanted",
    multiple=True,
    type=click.Choice(TRANSLATED),
    help="End with an error if this language misses a text; may be given more than once.",
)
def languages(wanted: tuple[str, ...]) -> None:
    """Missing, unsigned and signed texts of each language."""
    found = counts()
    click.echo("{:<10} {:<10} {:>6} {:>8} {:>9} {:>7}".format(*HEAD))
    for one in found:
        numbers = (one.all, one.missing, one.unsigned, one.signed)
        click.echo("{:<10} {:<10} {:>6} {:>8} {:>9} {:>7}".format(one.language, one.kind, *numbers))
    lacking = sorted({one.language for one in found if one.missing and one.language in wanted})
    if lacking:
        raise click.ClickException(f"texts are missing in {', '.join(lacking)}")

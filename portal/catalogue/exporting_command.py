"""`./mado services export`: the catalogue as GIF DS-451-4, as open data, or whole as JSON."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from portal.catalogue.exporting_columns import About
    from portal.catalogue.store import Live

FORMATS = ("gif", "opendata", "json")


@click.command()
@click.option("--format", "form", type=click.Choice(FORMATS), required=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Instead of printing it."
)
@click.option("--definition", is_flag=True, help="What the columns hold, instead of the table.")
@click.option("--city-code", default="", help="全国地方公共団体コード; CITY_CODE without.")
def export(form: str, output: Path | None, definition: bool, city_code: str) -> None:
    """Write all services: gif (DS-451-4) and opendata (支援制度情報) as CSV, json with everything.

    Tables are UTF-8 with a byte order mark and pass the rules of machine readability; CITY_NAME
    and PUBLIC_URL are the publisher's. Needs no database while DATABASE_URL is not set.
    """
    from portal.catalogue import exporting
    from portal.catalogue.commands import city_live
    from portal.core.city_code import is_city_code

    if definition and form == "json":
        raise click.UsageError("--definition is of gif and opendata")
    if city_code and not is_city_code(city_code):
        raise click.BadParameter("six digits with the right check digit", param_hint="--city-code")
    try:
        raw = (
            exporting.definition(exporting.Format(form))
            if definition
            else written(form, city_live(), city_code)
        )
    except exporting.NotReadable as error:
        raise click.ClickException(str(error)) from None
    if output:
        output.write_bytes(raw)
    else:
        click.echo(raw, nl=False)


def written(form: str, live: Live, city_code: str = "") -> bytes:
    """The catalogue of these live entries in a form."""
    from portal.catalogue import exporting
    from portal.catalogue.store import entries_over

    if form == exporting.Format.JSON:
        return exporting.full(entries_over(live)).encode()
    return exporting.table(exporting.Format(form), about_city(live, city_code))


def about_city(live: Live, city_code: str = "") -> About:
    """What cells need to know, from these entries and the settings as operators give them."""
    from portal.catalogue.commands import given
    from portal.catalogue.exporting_columns import About, Publisher
    from portal.catalogue.store import catalogue_over
    from portal.core.clock import today
    from portal.core.settings import Settings
    from portal.guide.links import outside_links

    name = given("CITY_NAME") or str(Settings.model_fields["CITY_NAME"].default)
    publisher = Publisher(name, given("PUBLIC_URL").rstrip("/"), city_code or given("CITY_CODE"))
    links = {key: link.url for key, link in outside_links().items()}
    return About(catalogue_over(live), publisher, today(), links)

"""`./mado rules check FILE.csv` and `./mado services …`: the catalogue from the command line."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from portal.core.languages import LANGUAGES

if TYPE_CHECKING:
    from portal.catalogue.model import Catalogue
    from portal.catalogue.preview import Line
    from portal.catalogue.store import Live

DAY = click.DateTime(["%Y-%m-%d"])
JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def check(file: str, as_json: bool) -> None:
    """Check the date rules of the catalogue against FILE (columns of age_vectors.csv).

    Prints a line for every mismatch (vector, expected, got) and "N passed, N failed" last.
    Needs no database. Exit status 0 only when nothing failed.
    """
    from portal.catalogue.check import check_file
    from portal.catalogue.load import load_catalogue
    from portal.catalogue.table import print_outcomes, read_table

    print_outcomes(check_file(read_table(file), load_catalogue()), as_json=as_json)


@click.group()
def services() -> None:
    """The service catalogue: the city's where DATABASE_URL names one, else the shipped one."""


@services.command()
@click.option("--family", "file", required=True, type=click.File(encoding="utf-8-sig"))
@click.option("--on", "day", type=DAY, help="The day (default: today), like 2026-04-01.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ja", show_default=True)
@JSON
def preview(file: TextIO, day: datetime | None, language: str, as_json: bool) -> None:
    """Show what a fictitious family sees on My Page on a day, and why.

    \b
    FILE: {"persons": [{"relation": "self",        self, spouse, child, parent, other, expected
                        "birthdate": "1990-04-02",
                        "sex": "F",                F, M or nothing
                        "district": "minato",      a key of the catalogue
                        "interests": [],
                        "expected_date": null,     for an expected child
                        "facts": {}}],             dates of this person: card_issued, moved_in …
           "facts": {}}                            dates of the household or city: poll_date …
    Only "relation" is needed. A person may have a "name" and be "silenced": true.
    With --json: a list of {service, title, person, state, opens, closes, reason, desk};
    state is overdue, due_soon, open or future; days are null where the city has not confirmed
    them or a window has no such end.

    Needs no database while DATABASE_URL is not set.
    """
    from portal.catalogue.preview import as_dicts
    from portal.catalogue.preview import preview as look
    from portal.catalogue.preview_family import read_family
    from portal.catalogue.reading import FaultyEntry
    from portal.core.clock import today

    catalogue = city_catalogue()
    try:
        family = read_family(json.load(file), catalogue)
    except (FaultyEntry, ValueError) as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    lines = look(catalogue, family, day.date() if day else today(), language)
    _print(as_dicts(lines)) if as_json else _print_lines(lines)


@services.command()
@JSON
def lint(as_json: bool) -> None:
    """Look through the catalogue for what is likely wrong: gaps, edges, texts, tests.

    Prints a line a finding (level, entry, field, words) and counts last; with --json a list of
    {thing, key, level, field, text}. Exit status 1 when there is an error.
    """
    from collections import Counter

    from portal.catalogue.lint import lint as look
    from portal.core.clock import today

    found = look(city_catalogue(), today())
    if as_json:
        names = ("thing", "key", "level", "field")
        _print([{n: getattr(each, n) for n in names} | {"text": each.english} for each in found])
    else:
        for each in found:
            click.echo(f"{each.level:8} {each.thing} {each.key}: {each.field}: {each.english}")
        counts = Counter(str(each.level) for each in found)
        click.echo(", ".join(f"{counts[level]} {level}s" for level in ("error", "warning", "note")))
    sys.exit(any(each.level == "error" for each in found))


def _print(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _print_lines(lines: list[Line]) -> None:
    for line in lines:
        days = f"{line.opens or ''}..{line.closes or ''}".strip(".")
        click.echo(f"{line.state:9} {line.person}: {line.title} [{line.service}] {days}")
        click.echo(f"          {line.reason} — {line.desk}")
    click.echo(f"{len(lines)} services")


def city_catalogue() -> Catalogue:
    """The city's catalogue where a database is named and has one, else what we ship."""
    from portal.catalogue.load import shipped_catalogue
    from portal.catalogue.store import catalogue_over

    live = city_live()
    return catalogue_over(live) if live else shipped_catalogue()


def city_live() -> Live:
    """The city's own entries in force; none where no database is named or it has none."""
    import psycopg

    from portal.catalogue.load import Thing

    url = given("DATABASE_URL")
    if not url:
        return []
    found = "SELECT thing, key, body FROM catalogue_revisions WHERE state = 'live'"
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            return [(Thing(thing), key, body) for thing, key, body in connection.execute(found)]
    except psycopg.errors.UndefinedTable:
        return []  # a database of before the city's own entries
    except psycopg.OperationalError as error:
        raise click.ClickException(f"DATABASE_URL: {error}") from None


def given(name: str) -> str:
    """A setting as operators give it: NAME or NAME_FILE."""
    file = os.environ.get(f"{name}_FILE")
    return os.environ.get(name) or (Path(file).read_text("utf-8").strip() if file else "")


from portal.catalogue.exporting_command import export  # noqa: E402  (they stand on this file)
from portal.catalogue.importing_command import import_  # noqa: E402

services.add_command(export)
services.add_command(import_)

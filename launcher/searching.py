"""`./mado search …`: build the index, look something up, see what was looked for in vain."""

from __future__ import annotations

import json
from typing import Any

import click

from launcher.product import application


@click.group()
def search() -> None:
    """The box over everything."""


@search.command()
def index() -> None:
    """Index what has changed since the last time; the scheduler does so by itself."""
    from portal.search.indexing import refresh, stale

    with application().app_context():
        names = [each.name for each in stale()]
        click.echo(f"{refresh()} documents changed ({', '.join(names) or 'nothing to do'}).")


@search.command()
@click.argument("words")
@click.option("--language", default="ja", show_default=True, help="ja or en.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def query(words: str, language: str, as_json: bool) -> None:
    """What the box finds for WORDS, and how well it fits."""
    from portal.search.finding import find

    app = application()
    with app.test_request_context():
        hits = find(words, language).hits[:10]
    found: list[dict[str, Any]] = [
        {"kind": hit.kind, "key": hit.key, "title": hit.title, "points": round(hit.points, 3)}
        for hit in hits
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one['points']:.3f}  {one['kind']:12} {one['title']}")


@search.command()
def misses() -> None:
    """Words that found nothing in the last 90 days, the most frequent first."""
    from portal.search.misses import most_frequent

    with application().app_context():
        for miss in most_frequent():
            click.echo(f"{miss.times:5}  {miss.last}  {miss.words}")

"""`./mado pages …`: the city's website from the command line."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def pages() -> None:
    """Pages of the city's website."""


@pages.command("import")
@click.option("--source", "name", help="Only the source of this name.")
@JSON
def import_(name: str | None, as_json: bool) -> None:
    """Go over the sources now and say what is new, changed, gone and failed.

    An interrupted run goes on where it stopped. With --json: a list of {source, state, run,
    finished, fault, listed, new, changed, gone, missed, failed, same, skipped,
    failures: [{url, reason}]}; state is finished, paused (the website asked for patience) or held
    (another process is at it). Exit status 1 where a run failed or did not finish.
    """
    with ground():
        told = [_run(source_id) for source_id in _chosen(name)]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for each in told:
            click.echo(_line(each))
    sys.exit(any(each["state"] != "finished" or each.get("fault") for each in told))


@pages.command("sources")
@JSON
def sources_(as_json: bool) -> None:
    """The sources and when they are due."""
    from portal.core.db import transaction
    from portal.guide.city_pages import sources

    with ground(), transaction() as session:
        told = [
            {
                "name": each.name,
                "kind": each.kind,
                "url": each.url,
                "active": each.active,
                "due_at": each.due_at.isoformat(),
            }
            for each in sources.every(session)
        ]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for one in told:
        click.echo("{name} ({kind}) {url}".format(**one))


@contextmanager
def ground() -> Iterator[None]:
    """Settings, database and keys, without pages, until the command is over."""
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        raise click.ClickException(f"The settings can not be used:\n{error}") from None
    try:
        with app.app_context():
            yield
    finally:
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()


def _chosen(name: str | None) -> list[Any]:
    from portal.core.db import transaction
    from portal.guide.city_pages import sources

    with transaction() as session:
        every = sources.every(session)
    found = [each.id for each in every if (each.active if name is None else each.name == name)]
    if name is not None and not found:
        raise click.ClickException(f"there is no source named {name!r}")
    return found


def _run(source_id: Any) -> dict[str, Any]:
    from portal.core.db import transaction
    from portal.guide.city_pages import reports, sources
    from portal.guide.city_pages.importing import run_source

    outcome = run_source(source_id)
    with transaction() as session:
        if outcome.run_id is None:
            return {"source": sources.find(session, source_id).name, "state": outcome.state}
        told = reports.as_dict(*reports.run_of(session, outcome.run_id))
    return {"state": outcome.state} | told


def _line(told: dict[str, Any]) -> str:
    if "run" not in told:
        return f"{told['source']}: {told['state']}"
    counts = ", ".join(
        f"{told[name]} {name}" for name in ("new", "changed", "gone", "missed", "failed")
    )
    fault = f" [{told['fault']}]" if told["fault"] else ""
    lines = [f"{told['source']}: {told['state']}: {counts}{fault}"]
    lines += [f"  failed {each['url']}: {each['reason']}" for each in told["failures"]]
    return "\n".join(lines)

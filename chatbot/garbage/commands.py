"""`./mado garbage …`: take a city's guide in, and measure how well its items are found."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chatbot.garbage.models import GarbageEdition

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--items", type=FILE, required=True, help="CSV, xlsx or JSON: items and classes")
@click.option("--queries", type=FILE, required=True, help="CSV with the columns query, expected")
@click.option("--json", "as_json", is_flag=True)
@click.option("--misses", is_flag=True, help="print what was not found")
def evaluate(items: Path, queries: Path, as_json: bool, misses: bool) -> None:
    """Measure the item search on queries whose right item is known.

    A hit is the expected item or another row of its name; where nothing is expected, none found.
    """
    from chatbot.engine.tokens import Analyzer
    from chatbot.garbage import evaluation, tables
    from chatbot.garbage.loading import shipped_synonyms
    from chatbot.garbage.matching import ItemSearch

    try:
        analyzer = Analyzer()
        search = ItemSearch(
            tables.read_items(items), analyzer.reading, shipped_synonyms(), analyzer.tokens
        )
        outcomes = evaluation.ask_all(search, tables.read_queries(queries))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for one in outcomes if misses else ():
        if not one.hit(1):
            click.echo(
                f"{one.query}: expected {one.expected}, got {', '.join(one.names)}", err=True
            )
    figures = evaluation.figures(outcomes)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:>10}  {value}")


@click.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only report; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--rejected", type=click.Path(path_type=Path), help="Write rejected rows here.")
def import_(files: tuple[Path, ...], dry_run: bool, as_json: bool, rejected: Path | None) -> None:
    """Take a garbage guide in from FILES (all tables of one city together).

    The 5374 form (target, description, area_days, center), the open-data form ごみの分別方法,
    gomidata JSON or xlsx; UTF-8, Shift_JIS or UTF-16. Says what is added, changed and removed,
    and each row that is not taken with its cause. Exit status 1 when a file can not be used.
    """
    from chatbot.garbage.acts import go_live, look
    from chatbot.garbage.files.causes import UnreadableFile
    from chatbot.garbage.files.rejects import rejected_csv
    from chatbot.garbage.words import cause
    from portal.core.db import transaction

    with _ground(), transaction() as session:
        try:
            trial = look(session, [(file.name, file.read_bytes()) for file in files])
        except UnreadableFile as error:
            raise click.ClickException(cause(error.code, error.value)) from None
        number = 0 if dry_run else go_live(session, trial.id)
        if dry_run:
            session.rollback()
        if rejected:
            rejected.write_bytes(rejected_csv(trial.report, trial.rejected, cause))
        _tell(trial, number, as_json)


def _tell(trial: GarbageEdition, number: int, as_json: bool) -> None:
    from flask_babel import gettext

    from chatbot.garbage.words import THINGS, cause, remark

    report = trial.report
    if as_json:
        click.echo(json.dumps(_plain(trial, number), ensure_ascii=False, indent=1))
        return
    for row in trial.rejected:
        where = f"{row['file']} {row['row']}行目"
        click.echo(f"{where}: {cause(row['cause'], row['value'])}")
    for thing, counts in report["counts"].items():
        told = f"追加 {counts['added']}、変更 {counts['changed']}、削除 {counts['removed']}"
        click.echo(f"{gettext(THINGS[thing])}: {told}")
    for code, value in report["remarks"]:
        click.echo(remark(code, value))
    click.echo(f"取りこまなかった行: {report['rejected']}")
    click.echo(f"公開しました(第{number}版)" if number else "確認だけです。何も変えていません。")


def _plain(trial: GarbageEdition, number: int) -> dict[str, Any]:
    from chatbot.garbage.words import cause

    rows = [row | {"message": cause(row["cause"], row["value"])} for row in trial.rejected]
    return {
        "edition": number,
        "counts": trial.report["counts"],
        "remarks": trial.report["remarks"],
        "encodings": trial.report["encodings"],
        "rejected": rows,
    }


@contextmanager
def _ground() -> Iterator[None]:
    """Settings, database and the city's catalogue, without pages."""
    from portal.catalogue import store as catalogue
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        raise click.ClickException(f"The settings can not be used:\n{error}") from None
    catalogue.install(app)
    try:
        with app.app_context():
            yield
    finally:
        app.extensions["mado.database"].engine.dispose()
        app.extensions["mado.redis"].close()

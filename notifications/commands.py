"""Commands: explain a segment, look at what a notice would do, publish the rich menu."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from notifications.richmenus import commands as menu_commands
from portal.core.languages import LANGUAGES

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def _ground() -> Iterator[Flask]:
    """The ground without pages, until the command is over; faults end it in a line, status 1."""
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
    except SettingsError as error:
        click.echo(f"The settings can not be used:\n{error}", err=True)
        sys.exit(2)
    try:
        with app.app_context(), _faults_end():
            yield app
    finally:
        app.extensions["mado.database"].engine.dispose()


@click.group()
def segments() -> None:
    """Whom a segment means."""


@segments.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="ja")
def explain(file: Any, as_json: bool, language: str) -> None:
    """Print the sentence of FILE's segment, and its count by SQL and by Python."""
    with _ground():
        said = _explained(json.load(file), language)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        click.echo(said["sentence"])
        click.echo(f"SQL {said['sql']}, Python {said['python']}, agree: {said['agree']}")
    sys.exit(0 if said["agree"] else 1)


@click.group()
def notices() -> None:
    """Notices to residents."""


@notices.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--author", help="Mail address of the clerk who writes it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def send(file: Any, dry_run: bool, author: str | None, as_json: bool) -> None:
    """Write the notice of FILE and submit it; another clerk approves it at the staff desk.

    FILE: {"variants": {"ja": {"title", "body"}}, "segment": {…}, "topic", "kind", "link"}.
    """
    with _ground():
        said = _dry(json.load(file)) if dry_run else _submitted(json.load(file), author)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for name, value in said.items():
        click.echo(f"{name}: {value}")


@click.group()
def richmenu() -> None:
    """The menu under LINE's talk."""


@richmenu.command()
@click.argument("name", default="default")
@click.option("--dry-run", is_flag=True, help="Check the definition and ask LINE nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def publish(name: str, dry_run: bool, as_json: bool) -> None:
    """Make the menu NAME everybody's; does nothing when it already is."""
    from notifications.richmenus import definition
    from notifications.richmenus.publishing import publish as make

    with _ground() as app:
        settings = app.extensions["mado.settings"]
        menu = definition.load(name, settings.PUBLIC_URL, settings.line_link(""))
        said: dict[str, Any] = {"name": name, "hash": menu.content_hash[:12]}
        if dry_run:
            said["areas"] = [area["action"] for area in menu.definition["areas"]]
        else:
            said["line_id"], said["changed"] = make(menu)
    click.echo(json.dumps(said, ensure_ascii=False, indent=1) if as_json else _line(said))


for _each in (menu_commands.list_menus, menu_commands.check, menu_commands.sync):
    richmenu.add_command(_each)


def _explained(value: Any, language: str) -> dict[str, Any]:
    from notifications.segments import city, counting
    from notifications.segments.segment import Segment
    from portal.core.db import read

    setting = city.setting()
    segment = Segment.read(value, setting)
    test = segment.test(setting)
    by_sql = counting.residents(read(), test)
    by_python = counting.residents_by_python(read(), test)
    reach = counting.count(read(), test)
    return {
        "sentence": city.sentence(segment, language),
        "sql": len(by_sql),
        "python": len(by_python),
        "agree": by_sql == by_python,
        "channels": {"line": reach.line, "mail": reach.mail, "inbox_only": reach.inbox_only},
    }


def _dry(value: Any) -> dict[str, Any]:
    from notifications.notices import presenting
    from notifications.notices.writing import Draft

    draft = Draft.read(value)
    explained = _explained(value["segment"], "ja")
    return explained | {
        "requests_to_line": -(-explained["channels"]["line"] // 500),
        "previews": [
            {"language": each.language, "line": each.line.text, "subject": each.subject}
            for each in presenting.previews(draft)
        ],
    }


def _submitted(value: Any, author: str | None) -> dict[str, Any]:
    from auth.staff.accounts import find_active
    from notifications.notices import presenting, writing
    from portal.core.db import transaction

    draft = writing.Draft.read(value)
    target = presenting.target(draft.segment.json())
    if target.reach is None:
        raise click.ClickException(target.fault or "the segment can not be asked")
    with transaction() as session:
        account = find_active(session, author or "")
        if account is None or "notices.write" not in _permissions(account.roles):
            raise click.ClickException("--author must be a clerk who may write notices")
        notice = writing.write(session, account.id, draft)
        writing.submit(session, notice.id, account.id, counted=target.reach.total)
    return {"id": str(notice.id), "status": "waiting", "counted": target.reach.total}


def _permissions(roles: list[str]) -> frozenset[str]:
    from auth.staff.roles import permissions_of

    return permissions_of(roles)


def _line(said: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in said.items())


@contextmanager
def _faults_end() -> Iterator[None]:
    """What is wrong with a file is said in a line, with exit status 1."""
    from notifications.richmenus.definition import FaultyMenu
    from notifications.segments.meaning import SegmentFault
    from portal.core.errors import MadoError

    try:
        yield
    except json.JSONDecodeError as error:
        raise click.ClickException(f"not JSON: {error}") from None
    except (SegmentFault, FaultyMenu, FileNotFoundError, KeyError) as error:
        raise click.ClickException(str(error)) from None
    except MadoError as error:
        raise click.ClickException(error.message or type(error).__name__) from None

"""`./mado reminders night`: what a night would tell, or the night itself; counts only."""

# Everything heavy is imported inside the command: ./mado --help must stay quick.
from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from notifications.reminders.night import Made


@click.group()
def reminders() -> None:
    """Reminders of to-dos."""


@reminders.command()
@click.option("--dry-run", is_flag=True, help="Only count; nothing is kept or sent.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Another day than today.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def night(dry_run: bool, day: datetime | None, as_json: bool) -> None:
    """Find what became due and tell residents once. Without --dry-run: today's night, for real."""
    if day is not None and not dry_run:
        raise click.UsageError("--on needs --dry-run: a night is made on its own day only")
    from portal.catalogue import store
    from portal.core.settings import SettingsError, load_settings
    from portal.core.web.app import make_app

    try:
        app = make_app(load_settings())
        store.install(app)  # the city's own services, not those we ship
    except SettingsError as error:
        click.echo(f"The settings can not be used:\n{error}", err=True)
        sys.exit(2)
    try:
        with app.app_context():
            said = _said(day, dry_run)
    finally:
        app.extensions["mado.database"].engine.dispose()
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for name, value in said.items():
        click.echo(f"{name}: {_plain(value)}")


def _said(day: datetime | None, dry_run: bool) -> dict[str, Any]:
    from notifications.reminders import night as nights
    from portal.core.clock import today
    from portal.mypage import newly_due

    asked = day.date() if day else today()
    if dry_run:
        return {"day": asked.isoformat(), "dry run": True, **_counts(nights.forecast(asked))}
    newly_due.tick()
    made = nights.make(asked)
    if made is None:
        return {"day": asked.isoformat(), "made": "before; a night is made once"}
    return {"day": asked.isoformat(), **_counts(made)}


def _counts(made: Made) -> dict[str, Any]:
    """No ids: what a terminal shows may be read by others."""
    return {
        "residents": made.residents,
        "residents by number of things": {str(n): count for n, count in made.notices},
        "things held back": dict(made.held_back),
    }


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {count}" for key, count in value.items()) or "none"
    return str(value)

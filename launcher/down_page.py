"""`./mado down-page`: the one page a proxy shows by itself when nothing behind it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

# Whom one calls first: the page is read on a phone, by people in a hurry.
DESKS = ("residents", "myna", "insurance", "tax", "mother_child", "children", "welfare", "seniors")
TEMPLATE = "portal/down.html"


@click.command("down-page")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--maintenance", is_flag=True, help="For a planned stop: says that it was planned.")
@click.option("--until", default="", help="When it ends: 2026-11-21T05:00 (Japanese time).")
@click.option("--desk", "desks", multiple=True, help="Key of a desk to list; may be repeated.")
def down_page(out: Path, maintenance: bool, until: str, desks: tuple[str, ...]) -> None:
    """Write the page for when all is down, with the city's telephone numbers."""
    from launcher.product import application

    app = application()
    with app.test_request_context():
        page = rendered(app, maintenance, _moment(until), desks or DESKS)
    out.write_text(page, encoding="utf-8")
    click.echo(f"{out}: {len(page.encode())} bytes")


def rendered(app: Any, maintenance: bool, until: Any, desks: tuple[str, ...]) -> str:
    """The page, in Japanese, easy Japanese and English; it needs nothing from anywhere."""
    from portal.catalogue.store import store

    known = store().current().desks
    unknown = sorted(set(desks) - set(known))
    if unknown:
        raise click.UsageError(f"no such desk: {', '.join(unknown)} ({', '.join(known)})")
    settings = app.extensions["mado.settings"]
    values = {
        "settings": settings,
        "maintenance": maintenance,
        "until": until,
        "desks": [known[key] for key in desks],
    }
    return str(app.jinja_env.get_template(TEMPLATE).render(values))


def _moment(until: str) -> Any:
    from datetime import datetime

    try:
        return datetime.fromisoformat(until) if until else None
    except ValueError:
        raise click.BadParameter("such as 2026-11-21T05:00", param_hint="--until") from None

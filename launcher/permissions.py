"""`./mado permissions`: which roles hold which operations, and which page asks for which."""

from __future__ import annotations

import re
from collections import defaultdict

import click
from flask import Flask


@click.command()
def permissions() -> None:
    """Print the table of rights, for docs/permissions.md."""
    from launcher.product import application

    click.echo(as_markdown(application()), nl=False)


def as_markdown(app: Flask) -> str:
    """The whole document: operations by starting role, then every page of the staff desk."""
    from auth.staff.operations import OPERATIONS, SENSITIVE
    from auth.staff.roles import ROLES

    lines = [
        "# Permissions of the staff desk",
        "",
        "Made by `./mado permissions > docs/permissions.md`; a house test holds it to the routes.",
        "Cities compose further roles on the page “Roles and rights”, which shows them too.",
        "**Two clerks**: rights over people's data or staff, given by two administrators.",
        "",
        "## Operations and the roles we begin with",
        "",
        "| Operation | What it opens | " + " | ".join(ROLES) + " |",
        "|---|---|" + "---|" * len(ROLES),
    ]
    for operation, words in OPERATIONS.items():
        two = " (two clerks)" if operation in SENSITIVE else ""
        held = " | ".join("●" if operation in may else "" for may in ROLES.values())
        lines.append(f"| `{operation}` | {words}{two} | {held} |")
    lines += [
        "",
        "## Pages and what they ask for",
        "",
        "| Asks for | Page | Methods |",
        "|---|---|---|",
    ]
    for asked, pages in sorted(pages_of(app).items()):
        lines += [f"| {asked} | `{path}` | {methods} |" for path, methods in pages]
    return "\n".join(lines) + "\n"


def pages_of(app: Flask) -> dict[str, list[tuple[str, str]]]:
    """(path, methods) of every staff page, by the operation it asks for."""
    from portal.core.web.access import access_of

    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None or access.faces != {"staff"}:
            continue
        nobody = "any clerk" if access.signed_in else "nobody: before the sign-in"
        asked = f"`{access.permission}`" if access.permission else nobody
        methods = " ".join(sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}))
        found[asked].append(
            (re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?(\w+)>", r"{\1}", rule.rule), methods)
        )
    return {asked: sorted(pages) for asked, pages in found.items()}

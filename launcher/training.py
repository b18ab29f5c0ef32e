"""`./mado training`: exercises of clerks begin anew; their list as a document."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click


@click.command()
@click.argument("email", required=False)
def reset(email: str | None) -> None:
    """Begin the exercises anew, for the clerk with this address or for everybody."""
    from auth.staff.accounts import find
    from launcher.product import application
    from portal.core.db import transaction
    from portal.training import pages, progress

    app = application()
    if not pages.is_for_training(app.extensions["mado.settings"]):
        raise click.ClickException("There is no training where real residents are.")
    with app.app_context(), transaction() as session:
        account = find(session, email) if email else None
        if email and account is None:
            raise click.ClickException(f"there is no clerk {email}")
        progress.reset(session, account.id if account else None)
    click.echo(f"The exercises begin anew for {email or 'everybody'}.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def document(as_json: bool) -> None:
    """Print the exercises (Markdown), for docs/ja/研修.md."""
    from dataclasses import asdict

    from portal.training.exercises import courses

    if as_json:
        click.echo(json.dumps([asdict(one) for one in courses()], ensure_ascii=False, indent=1))
        return
    click.echo("\n".join(_lines()))


def _lines() -> Iterator[str]:
    from portal.training.exercises import courses, introduction

    yield introduction()
    for course in courses():
        yield f"\n## {course.title}\n"
        yield "| | 演習 | 状況 | すること | 開く所 | できたしるし |"
        yield "|---|---|---|---|---|---|"
        for number, one in enumerate(course.exercises, 1):
            cells = (str(number), one.title, one.situation, one.do, f"`{one.page}`", one.right)
            yield f"| {' | '.join(cells)} |"

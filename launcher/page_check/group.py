"""`./mado check` as it is, with `./mado check pages` beneath it."""

from __future__ import annotations

from typing import Any

import click

from launcher import bootstrap, checks
from launcher.testing import DEVELOPMENT


class _Parts(click.Group):
    """`pages` is imported when it is asked for: it needs a browser's library."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The one part that `./mado check` leaves out, for it takes many minutes."""
        return ["pages"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports it, after installing what it needs."""
        if cmd_name != "pages":
            return None
        if not bootstrap.is_installed(DEVELOPMENT):
            bootstrap.install(DEVELOPMENT)
        from launcher.page_check.command import pages

        return pages


@click.pass_context
def _check(ctx: click.Context, /, **options: Any) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(checks.check, **options)


check = _Parts(
    name="check",
    callback=_check,
    params=list(checks.check.params),
    help=checks.check.help,
    invoke_without_command=True,
)

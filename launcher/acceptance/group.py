"""`./mado report`: the portal's own reports, and the acceptance report beside them."""

from __future__ import annotations

import click

from portal.operations.commands import report as of_the_portal

WITHOUT_SERVERS = {"acceptance"}


class _Reports(click.Group):
    """Starts servers for those that read the database; tests bring their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*of_the_portal.commands, *WITHOUT_SERVERS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in WITHOUT_SERVERS:
            from launcher.acceptance.command import acceptance

            return acceptance
        return of_the_portal.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in of_the_portal.commands and not {"--help", "-h"} & set(args):
            from launcher.servers import settings_ready

            ctx.with_resource(settings_ready())
        return super().resolve_command(ctx, args)


report = _Reports(name="report", help=of_the_portal.help)

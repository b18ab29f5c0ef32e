"""`./mado failover …`: who the primary is, and the standby takes over when it is really gone."""

from __future__ import annotations

import click


@click.group()
def failover() -> None:
    """The standby takes over from a primary that is gone."""


@failover.command()
def status() -> None:
    """Ask every machine of DATABASE_URL who it is and how far behind; exit 1 without a primary."""
    from launcher import failover_acts as acts

    seen = acts.look(acts.machines())
    for one in seen:
        click.echo(one.words)
    if not any(one.role == acts.PRIMARY for one in seen):
        raise SystemExit(1)


@failover.command()
@click.option(
    "--gone",
    required=True,
    metavar="MACHINE",
    help="The machine of the lost primary, said by who has switched it off or cut it off.",
)
@click.option("--fence", metavar="COMMAND", help="Is run first and must succeed: cuts it off.")
@click.option("--seconds", default=10.0, show_default=True, help="How long the primary is asked.")
def promote(gone: str, fence: str | None, seconds: float) -> None:
    """Make the standby the primary, once the primary is gone and cannot come back by itself.

    Refused while a primary answers, while the standby still hears from it, and for a name that is
    no machine of DATABASE_URL. The application finds the new one by itself.
    """
    from launcher import failover_acts as acts

    try:
        for line in acts.promote(acts.machines(), gone, fence, seconds):
            click.echo(line)
    except acts.Refused as fault:
        raise click.ClickException(str(fault)) from None

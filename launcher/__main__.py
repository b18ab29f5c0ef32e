"""`python -m launcher`: the command line itself, once ./mado has set everything up."""

import click

from launcher.commands import CommandTable
from launcher.faults import ServiceError


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="mado")
def main() -> None:
    """Mado, the window of a city on a resident's phone.

    Start with `./mado run`; every command has its own --help.
    """


def start() -> None:
    """Runs the command; a service that can not do its part ends it with one clear line."""
    try:
        main(prog_name="./mado")
    except ServiceError as fault:
        click.echo(f"mado: {fault}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    start()

"""`python -m launcher`: the command line itself, once ./mado has set everything up."""

import click

from launcher.commands import CommandTable


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="mado")
def main() -> None:
    """Mado, the window of a city on a resident's phone.

    Start with `./mado run`; every command has its own --help.
    """


if __name__ == "__main__":
    main(prog_name="./mado")

"""`./mado backup …`: make, list, verify, restore, measure; each run leaves a row."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from portal.operations.backups.making import Plan

FILE = click.Path(dir_okay=False, path_type=Path)
SCRATCH = click.option(
    "--scratch",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the trial restore may take room (usually the data folder).",
)


@click.group()
def backup() -> None:
    """Backups: sealed, elsewhere, proved by restoring them."""


@backup.command("key")
@click.argument("file", type=FILE)
def key_(file: Path) -> None:
    """Write the key file: without it nobody, you included, can read a backup.

    Name it in BACKUP_KEYS_FILE and take a copy outside, apart from the backups. Again with another
    FILE: a new key in front of the old ones.
    """
    from launcher.backup_plan import make_key_file, write_key_file
    from launcher.servers import settings_ready
    from portal.core.settings import load_settings
    from portal.operations.backups.sealing import KeyFile

    with _clear_faults(), settings_ready():
        settings = load_settings()
        old = KeyFile.parse(settings.BACKUP_KEYS) if settings.BACKUP_KEYS else None
        write_key_file(file, make_key_file(settings, old))
    click.echo(f"{file} written, readable by you alone. Keep a copy outside, apart from backups.")


@backup.command("run")
@click.option("--no-verify", is_flag=True, help="Leave the trial restore out (not by schedule).")
@SCRATCH
def run_(no_verify: bool, scratch: Path | None) -> None:
    """Make a generation now, restore it on trial, forget the oldest."""
    from launcher.backup_acts import run

    with _planned() as plan:
        for line in run(plan, "hand", verify=not no_verify, scratch=scratch):
            click.echo(line)


@backup.command("ship")
def ship_() -> None:
    """Bring the write-ahead log to the target now."""
    from launcher.backup_acts import ship

    with _planned() as plan:
        click.echo(ship(plan))


@backup.command("tick")
def tick_() -> None:
    """Do what is due: the log, and once a day a generation. The worker calls this each minute."""
    from launcher.backup_acts import due
    from portal.core.settings import load_settings

    with _planned() as plan:
        for line in due(plan, load_settings()):
            click.echo(line)


@backup.command("list")
def list_() -> None:
    """Generations on the target, and how far the log reaches."""
    from launcher.backup_acts import listed

    with _planned() as plan:
        for line in listed(plan):
            click.echo(line)


@backup.command("verify")
@click.option("--generation", help="Usually the newest.")
@click.option("--all-parts", is_flag=True, help="Read every part and name each damaged file.")
@SCRATCH
def verify_(generation: str | None, all_parts: bool, scratch: Path | None) -> None:
    """Restore a generation into a scratch database and look at it; exit 1 when it does not hold."""
    from launcher.backup_acts import read_all, verify

    with _planned() as plan:
        found = read_all(plan, generation) if all_parts else verify(plan, generation, scratch)
        for line in found:
            click.echo(line)


@backup.command("restore")
@click.option("--from", "source", help="Folder or s3://… (usually what the key file says).")
@click.option("--key", type=FILE, required=True, help="The key file.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="An empty data folder; afterwards `./mado run --data FOLDER`.",
)
@click.option("--generation", help="Usually the newest.")
@click.option("--to", "until", help="A moment, as 2026-11-20T14:05:00+09:00; usually all there is.")
def restore_(
    source: str | None, key: Path, into: Path, generation: str | None, until: str | None
) -> None:
    """Make a city again from the off-site copy and the key file alone; nothing else is needed."""
    from launcher.backup_acts import restore
    from launcher.backup_restore import Wish

    with _clear_faults():
        moment = datetime.fromisoformat(until) if until else None
        if moment and moment.tzinfo is None:
            raise click.UsageError("--to needs a time zone, as in 2026-11-20T14:05:00+09:00")
        for line in restore(source, key, into, Wish(generation, moment)):
            click.echo(line)


@backup.command("drill")
@SCRATCH
def drill_(scratch: Path | None) -> None:
    """The worst day, rehearsed: restore from the target as it is now; prints RPO and RTO."""
    from launcher.backup_acts import drill

    with _planned() as plan:
        for line in drill(plan, scratch):
            click.echo(line)


@contextmanager
def _planned() -> Iterator[Plan]:
    """Servers as the command needs them, and the plan by the settings."""
    from launcher.backup_plan import plan_of
    from launcher.servers import settings_ready
    from portal.core.settings import SettingsError, load_settings

    with _clear_faults(), settings_ready():
        try:
            settings = load_settings()
        except SettingsError as error:
            raise click.ClickException(f"The settings can not be used:\n{error}") from None
        yield plan_of(settings)


@contextmanager
def _clear_faults() -> Iterator[None]:
    """A fault of the backup is one line and exit status 1."""
    import psycopg

    from portal.operations.backups.sealing import BackupError

    try:
        yield
    except FileExistsError as fault:
        raise click.ClickException(f"{fault.filename} exists already; choose another") from None
    except (BackupError, psycopg.Error, OSError) as fault:
        raise click.ClickException(str(fault)) from None

"""`./mado run`: the whole city from one command."""

import click

from launcher import welcome
from launcher.addresses import wanted_with
from launcher.city import City, Wish, holds_real_data, keep_empty, start_over
from launcher.places import Places
from launcher.servers import given, running_city
from launcher.services import AlreadyRunningError, ServiceError
from launcher.services.process import FolderLock
from launcher.supervisor import StoppedError


@click.command()
@click.option("--fresh", is_flag=True, help="Start over: forget all data first.")
@click.option("--yes", is_flag=True, help="Do not ask before forgetting data that are no demo.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The portal's port (usually 8000).")
@click.option("--data", type=click.Path(file_okay=False), help="Data folder (usually var/).")
@click.option(
    "--demo/--no-demo",
    default=None,
    help="With demo residents and clerks, or an empty city (usual with --fresh --port).",
)
def run(fresh: bool, yes: bool, port: int | None, data: str | None, demo: bool | None) -> None:
    """Start the whole city on this machine; Ctrl-C stops it.

    --fresh --port N serves an empty city for a checker: no residents, no clerks, discovery at
    http://localhost:N/.well-known/openid-configuration. From another shell `./mado clients add …
    --json` and `./mado residents add … --json` act on it; with --data FOLDER here, set
    MADO_DATA=FOLDER there.

    DATABASE_URL and REDIS_URL name servers of your own; without them embedded ones are started.
    macOS: written for, untested.
    """
    places = Places.under(data)
    lock = FolderLock(places.run)
    try:
        places.make()
        lock.take()
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from None
    except AlreadyRunningError:
        click.echo(welcome.already_running(running_city(places), places), err=True)
        raise SystemExit(1) from None
    try:
        if fresh:
            _forget(places, yes)
        if for_checker(fresh, port, demo):
            keep_empty(places)
        keep_up(City(places, Wish(wanted_with(port), demo is not False)), places)
    finally:
        lock.release()


def for_checker(fresh: bool, port: int | None, demo: bool | None) -> bool:
    """Whether these options mean a new city with nobody in it."""
    return fresh and port is not None and demo is None


def _forget(places: Places, yes: bool) -> None:
    if given("DATABASE_URL"):
        raise click.UsageError(
            "--fresh empties the embedded database; DATABASE_URL names another one, "
            "which is not ours to empty"
        )
    if holds_real_data(places) and not yes:
        click.confirm(f"{places.data} holds data that are no demo. Forget them?", abort=True)
    start_over(places)
    places.make()


def keep_up(city: City, places: Places) -> None:
    """Up, welcome, watch, down; exit status 1 when it does not come up."""
    city.supervisor.catch_signals()
    click.echo("準備しています… / starting…", err=True)
    try:
        city.start()
        replaced = city.addresses.replaced(city.wanted)
        click.echo(welcome.text(places, city.addresses, city.demo, replaced))
        city.watch()
    except StoppedError:
        pass
    except (ServiceError, OSError) as fault:
        click.echo(f"mado: {fault}", err=True)
        raise SystemExit(1) from None
    finally:
        click.echo("止めています… / stopping…", err=True)
        city.stop()

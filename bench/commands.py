"""`./mado bench …`: measurements that print a table."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def bench() -> None:
    """Measure, and print a table with the floor beside it."""


@bench.command()
@click.option("--residents", default=50_000, show_default=True, help="IDs in the database.")
@click.option("--seconds", default=10.0, show_default=True, help="Length of each load run.")
@click.option(
    "--connections", default="1,64,1000,5000", show_default=True, help="Loads, by commas."
)
def mypage(residents: int, seconds: float, connections: str) -> None:
    """What one My Page costs, by part, and what the production server holds."""
    from bench.mypage import report

    click.echo(report(residents, seconds, [int(number) for number in connections.split(",")]))


@bench.command()
@click.option("--rounds", default=5, show_default=True, help="Of each; the least counts.")
@click.option("--sign-ins", default=150, show_default=True, help="Whole ones by LINE.")
def auth(rounds: int, sign_ins: int) -> None:
    """What signing in and tokens cost one worker, beside Canaille in the same run."""
    from bench.auth import report

    click.echo(report(rounds, sign_ins))


@bench.command()
@click.option("--documents", default=20_000, show_default=True, help="In the index.")
def search(documents: int) -> None:
    """What a search costs at the size of a real city's website."""
    from bench.search import report

    click.echo(report(documents))


@bench.command()
@click.option("--rate", default=500, show_default=True, help="Events a second.")
@click.option("--seconds", default=60, show_default=True, help="How long they come.")
@click.option("--together", default=1, show_default=True, help="Events in one request of LINE's.")
def webhook(rate: int, seconds: int, together: int) -> None:
    """How fast LINE's events are taken in, and how soon each is answered."""
    from bench.webhook import report

    click.echo(report(rate, seconds, together))


@bench.command()
def chat() -> None:
    """How well the answers are found, how sure, how quickly, by how much memory."""
    from bench.chat import report

    click.echo(report())


@bench.command()
@click.argument("files", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1)
@click.option("--names", default=400, show_default=True, help="Names a list that are varied.")
def garbage(files: tuple[Path, ...], names: int) -> None:
    """How well things are found in garbage lists, by way of writing, and how fast."""
    from bench.garbage import report

    click.echo(report(files, names))


@bench.command()
@click.option("--residents", default=50_000, show_default=True, help="Half LINE, half mail.")
@click.option("--workers", default=2, show_default=True, help="Processes that send.")
@click.option("--keys", default="rsa", show_default=True, help="rsa, ed25519, both, or nothing.")
def send(residents: int, workers: int, keys: str) -> None:
    """How fast one notice is handed over to LINE and to the mail relay, signed."""
    from bench.hand_over import report

    click.echo(report(residents, workers, keys))


@bench.command()
@click.option("--residents", default=50_000, show_default=True, help="IDs in the database.")
def segments(residents: int) -> None:
    """What thirty example segments cost: the count, and all a clerk sees of them."""
    from bench.segments import report

    click.echo(report(residents))


@bench.command()
@click.option("--residents", default=50_000, show_default=True, help="IDs in the database.")
@click.option("--seconds", default=120.0, show_default=True, help="Of changes before the disaster.")
def recovery(residents: int, seconds: float) -> None:
    """A backup, a disaster, a restore: RPO and RTO at the size of a city."""
    from bench.recovery import report

    click.echo(report(residents, seconds))


@bench.command()
@click.option("--residents", default=50_000, show_default=True, help="IDs in the database.")
@click.option("--sessions", default=5_000, show_default=True, help="Signed in at once.")
@click.option("--think", default=20.0, show_default=True, help="Mean seconds between two requests.")
@click.option("--seconds", default=60.0, show_default=True, help="Of each run.")
@click.option("--warm", default=15.0, show_default=True, help="Seconds before, not counted.")
@click.option("--find/--no-find", default=True, help="Go on until p95 passes 300 ms.")
def load(
    residents: int, sessions: int, think: float, seconds: float, warm: float, find: bool
) -> None:
    """A tenth of a city at once, on the production server."""
    from bench.load_city import Wanted, report

    click.echo(report(Wanted(residents, sessions, think, seconds, warm, find)))


@bench.command()
@click.option("--runs", default=5, show_default=True, help="Of Lighthouse a page.")
def pages(runs: int) -> None:
    """What My Page weighs, and what Lighthouse says of ten pages (needs nginx, minutes)."""
    from bench.pages import report

    click.echo(report(runs))

"""Commands that run the product's own processes: migrations, worker, scheduler, settings page."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import Flask

ROOT = Path(__file__).resolve().parents[1]
BEHIND_PAGES = 10  # niceness: who waits for a page, or LINE for its 200, comes before our own work


def application(**overrides: str) -> Flask:
    """The application by the environment's settings; faults of the settings end the command."""
    from portal.core.settings import SettingsError, load_settings
    from wsgi import create_app

    try:
        return create_app(load_settings(**overrides))
    except SettingsError as error:
        click.echo(f"The settings can not be used:\n{error}", err=True)
        raise SystemExit(2) from None


def alembic_config() -> Any:
    """Alembic on this checkout's migrations."""
    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@click.group()
def db() -> None:
    """Migrations of the database named by DATABASE_URL."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to REVISION (default: the newest)."""
    from alembic import command

    with application().app_context():
        command.upgrade(alembic_config(), revision)
    click.echo(f"The database is at {revision}.")


@db.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION ("base" empties it)."""
    from alembic import command

    with application().app_context():
        command.downgrade(alembic_config(), revision)
    click.echo(f"The database is at {revision}.")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def current(as_json: bool) -> None:
    """Print the revision the database is at; exit 1 when it is not the newest."""
    import json

    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from portal.core.db import database

    with application().app_context(), database().engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    told = {"current": at, "newest": newest}
    click.echo(json.dumps(told) if as_json else at or "empty")
    sys.exit(0 if at == newest else 1)


@db.command()
@click.argument("message")
@click.option("--revision", help="Number of the new migration, such as 0006.")
def revision(message: str, revision: str | None) -> None:
    """Write a migration from the difference between records and database (for developers)."""
    from alembic import command

    with application().app_context():
        command.revision(alembic_config(), message, autogenerate=True, rev_id=revision)


@click.command()
@click.option("--queues", help="In order of importance (default: now,bulk,tick).")
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
def worker(queues: str | None, burst: bool) -> None:
    """Work on the queues: codes, bot answers, notices."""
    from rq import SimpleWorker
    from rq.job import Job

    class Worker(SimpleWorker):
        """One application context a job, so that connections go back after each."""

        def perform_job(self, job: Job, queue: Any) -> bool:
            with app.app_context():
                return bool(super().perform_job(job, queue))

    app = application()
    from launcher.backup_tick import tick as backups
    from portal.core import jobs
    from portal.core.registries import registries

    registries(app).ticks.append(("backups", backups))
    with app.app_context():
        connection = jobs.redis()

    os.nice(BEHIND_PAGES)
    # A job must survive what a killed worker leaves behind: see docs/adr/0001-spine.md.
    Worker(
        [name.strip() for name in queues.split(",")] if queues else jobs.QUEUES,
        connection=connection,
        worker_ttl=30,
        job_monitoring_interval=5,
        maintenance_interval=5,
    ).work(burst=burst, logging_level="WARNING", with_scheduler=False)


def next_twentieth() -> datetime:
    """The next moment at second 20 that is at least half a minute away."""
    earliest = datetime.now(UTC) + timedelta(seconds=30)
    found = earliest.replace(second=20, microsecond=0)
    return found if found >= earliest else found + timedelta(minutes=1)


@click.command()
def scheduler() -> None:
    """Ring the tick once a minute; a second scheduler does no harm."""
    from rq.cron import CronScheduler

    from portal.core import jobs

    app = application()
    with app.app_context():
        cron = CronScheduler(connection=jobs.redis(), logging_level="WARNING")
        tick = cron.register(
            jobs.tick, queue_name="tick", interval=60, result_ttl=0, failure_ttl=3600
        )
        # The weather agency's feeds are renewed each minute and want to be asked about then.
        tick.get_next_enqueue_time = next_twentieth  # type: ignore[method-assign]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):
            cron.start()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def settings(as_json: bool) -> None:
    """Print every setting with its default and meaning (Markdown)."""
    import json

    from portal.core.settings import documented

    rows = documented()
    if as_json:
        keys = ("name", "default", "description")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=1))
        return
    click.echo("# Settings\n\nEach may also be given as `NAME_FILE`, the path of a file.\n")
    click.echo("| name | default | meaning |\n|---|---|---|")
    for name, default, meaning in rows:
        click.echo(f"| `{name}` | {default} | {meaning} |")

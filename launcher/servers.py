"""PostgreSQL and Valkey for whoever asks: the operator's, the running city's, or started now."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from launcher.addresses import Addresses
from launcher.environment import (
    ANSWERS_SOCKET,
    is_deployment,
    product_environment,
    with_settings,
)
from launcher.keys import load_or_make
from launcher.places import Places
from launcher.services import EmbeddedPostgres, EmbeddedRedis, ServiceError
from launcher.services.process import command_line, remove_short_folder

CITY_FILE = "city.json"
DATABASE = "mado"


def given(name: str) -> str | None:
    """What the operator named, by NAME or NAME_FILE."""
    file = os.environ.get(f"{name}_FILE")
    return os.environ.get(name) or (Path(file).read_text("utf-8").strip() if file else None)


class Servers:
    """A database and a queue: named by the operator, else embedded under the data folder."""

    def __init__(self, places: Places) -> None:
        self._database_url, self._redis_url = given("DATABASE_URL"), given("REDIS_URL")
        self.postgres = None if self._database_url else EmbeddedPostgres(places.postgres)
        self.redis = None if self._redis_url else EmbeddedRedis(places.valkey)

    def start(self) -> None:
        """Starts what is ours, and makes the database on the first day."""
        if self.postgres:
            self.postgres.start()
            if not self.postgres.has_database(DATABASE):
                self.postgres.create_database(DATABASE)
        if self.redis:
            self.redis.start()

    @property
    def database_url(self) -> str:
        """For DATABASE_URL."""
        return self._database_url or (self.postgres.url(DATABASE) if self.postgres else "")

    @property
    def redis_url(self) -> str:
        """For REDIS_URL."""
        return self._redis_url or (self.redis.url() if self.redis else "")

    def revive(self) -> None:
        """Starts again what died."""
        for server in (self.postgres, self.redis):
            if server and not server.alive():
                server.stop()
                server.start()

    def stop(self) -> None:
        """Stops what is ours; the queue first, for its workers are gone by then."""
        for server in (self.redis, self.postgres):
            if server:
                server.stop()


def running_city(places: Places) -> dict[str, object] | None:
    """What a running `./mado run` on this data wrote about itself, if its process lives."""
    try:
        city: dict[str, object] = json.loads((places.run / CITY_FILE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return city if "launcher" in command_line(int(str(city["pid"]))) else None


@contextmanager
def settings_ready(migrate: bool = True) -> Iterator[None]:
    """Puts a whole set of settings into the environment for one command.

    A deployment has its own and gets nothing from us; a running city lends its own; else
    embedded servers run for as long as the command does.
    """
    if is_deployment(os.environ):
        yield
        return
    places = Places.under()
    city = running_city(places)
    with ExitStack() as stack:
        made = _lent(city) if city else _started(places, stack)
        stack.enter_context(environment(with_settings(os.environ, made)))
        if migrate and not city:
            upgrade()
        yield


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Exactly these variables for a while."""
    before = dict(os.environ)
    try:
        _become(values)
        yield
    finally:
        _become(before)


def _become(values: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(values)


def _lent(city: dict[str, object]) -> dict[str, str]:
    told = city["environment"]
    lent = dict(told) if isinstance(told, dict) else {}
    return {name: value for name, value in lent.items() if not given(name.removesuffix("_FILE"))}


def _started(places: Places, stack: ExitStack) -> dict[str, str]:
    places.make()
    load_or_make(places.secrets)
    servers = Servers(places)
    stack.callback(remove_short_folder, places.run, ANSWERS_SOCKET)
    stack.callback(servers.stop)
    servers.start()
    return product_environment(places, Addresses(), servers.database_url, servers.redis_url)


def upgrade() -> None:
    """Brings the database to the newest schema, in a process of its own."""
    line = [sys.executable, "-P", "-m", "launcher", "db", "upgrade"]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise ServiceError(f"the migrations failed:\n{done.stdout.decode(errors='replace')}")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def servers(command: tuple[str, ...]) -> None:
    """Run COMMAND with DATABASE_URL and REDIS_URL of local servers, or keep them up.

    Without a COMMAND the settings are printed as NAME=VALUE and the servers stay until Ctrl-C.
    """
    with settings_ready():
        if command:
            raise SystemExit(subprocess.run(command, check=False).returncode)
        for name in ("DATABASE_URL", "REDIS_URL"):
            click.echo(f"{name}={given(name)}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            click.echo("stopped")

"""The worker, Valkey, PostgreSQL, LINE or the relay is killed at random points while we send.

All are real processes of this test alone. Whatever dies, everybody has the notice: on LINE exactly
once, by mail at most once more for each connection that was cut.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from launcher.product import alembic_config
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from notifications.notices import delivering
from portal.core import jobs
from portal.core.db import transaction
from standins.processes import MailCatcherProcess, StandinProcess
from tests.conftest import make_settings
from tests.notifications.city import approved, let_time_pass, outcomes, resident
from tests.notifications.conftest import CONFIG, Letters, Phone
from wsgi import create_app

ROOT = Path(__file__).resolve().parents[3]
WORKER = "from launcher.product import worker; worker(['--burst'])"
LINE, MAIL = 520, 200
VICTIMS = ("worker", "postgres", "relay", "valkey", "line")


class World:
    """Everything that can be killed, and how it comes back."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        # Not `fast`: what PostgreSQL acknowledged must be on disk when it is killed.
        self.postgres = stack.enter_context(EmbeddedPostgres(folder / "p"))
        self.valkey = stack.enter_context(EmbeddedRedis(folder / "v"))
        self.line = stack.enter_context(StandinProcess.line_platform(folder / "l", CONFIG))
        relay = stack.enter_context(StandinProcess.mail_catcher(folder / "m"))
        assert isinstance(relay, MailCatcherProcess)
        self.relay = relay
        self.phone, self.letters = Phone(self.line), Letters(relay)
        self.settings = make_settings(
            self.postgres.create_database("crash"),
            self.valkey.url(0),
            folder,
            LINE_API_URL=self.line.url,
            LINE_DATA_URL=self.line.url,
            MAIL_URL=f"smtp://127.0.0.1:{relay.smtp_port}",
        )
        self.app = self._filled()
        self.worker: subprocess.Popen[bytes] | None = None
        stack.callback(self._end)

    def _filled(self) -> Flask:
        from alembic import command

        app = create_app(self.settings)
        with app.app_context():
            command.upgrade(alembic_config(), "head")
            for number in range(LINE):
                resident(line=number)
            for number in range(MAIL):
                resident(mail=f"r{number}@mail.example")
        return app

    def work(self) -> None:
        """Start a worker that ends when the queues are empty."""
        told = {name: str(value) for name, value in self.settings.model_dump().items()}
        self.worker = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            env={**os.environ, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def worked(self, seconds: float = 45) -> None:
        """Wait for the worker; one that lost its queue is ended, as the supervisor would."""
        assert self.worker is not None
        with suppress(subprocess.TimeoutExpired):
            self.worker.wait(seconds)
        self._end()

    def kill(self, victim: str) -> None:
        """End it without a word and start it again."""
        if victim == "worker":
            self._end()
        elif victim in ("line", "relay"):
            standin: Any = getattr(self, victim)
            standin.process.kill()
            standin.process.wait()
            standin.start()
        else:
            server = self.postgres if victim == "postgres" else self.valkey
            ending = signal.SIGQUIT if victim == "postgres" else signal.SIGKILL
            assert server.pid is not None
            os.kill(server.pid, ending)  # SIGQUIT: at once, with recovery at the next start
            while server.alive():
                time.sleep(0.02)
            server.stop()
            server.start()
            self.app.extensions["mado.database"].engine.dispose()

    def _end(self) -> None:
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()

    def tick(self) -> bool:
        """What the scheduler does; whether nothing is left to do."""
        with self.app.app_context(), suppress(DBAPIError, RedisError):
            let_time_pass()
            return delivering.sweep() == 0
        return False


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="mado-") as folder, ExitStack() as stack:
        made = World(Path(folder), stack)
        yield made
        made.app.extensions["mado.database"].engine.dispose()


def one_point(world: World, victim: str, delay: float) -> int:
    """A notice to everybody, and a death amid it. Gives the letters that came twice."""
    world.line.post("/__standin__/reset")
    world.relay.post("/__standin__/reset")
    with world.app.app_context():
        notice = approved()
        with transaction() as session:  # at night it would wait for the morning
            session.execute(text("UPDATE notices SET starts_at = NULL"))
        jobs.ring_now("notifications.notices.fanning_out.fan_out", notice, queue="bulk")
    world.work()
    _until_sending(world)
    time.sleep(delay)
    world.kill(victim)
    world.worked()
    for _ in range(8):
        if world.tick():
            break
        world.work()
        world.worked()
    with world.app.app_context():
        assert outcomes(notice) == {"line sent": LINE, "mail sent": MAIL}, victim
        counted = _killed(notice)
    arrived = Counter(world_recipients(world))
    twice = sum(arrived.values()) - MAIL
    assert len(arrived) == MAIL, victim
    assert twice <= 1, victim
    assert twice <= counted, "a second letter that the report does not know of"
    assert world.phone.counts()["recipients multicast"] == LINE, victim
    return twice


def world_recipients(world: World) -> list[str]:
    """To whom letters came."""
    found = world.relay.get("/messages.json?limit=1000")["messages"]
    return [one["recipients"][0] for one in found]


def _killed(notice: Any) -> int:
    from portal.core.db import read

    statement = text("SELECT sum(killed) FROM delivery_batches WHERE notice_id = :notice")
    return int(read().execute(statement, {"notice": notice}).scalar() or 0)


def _until_sending(world: World) -> None:
    """LINE or the relay has heard of it."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if world.phone.counts().get("accepted multicast") or world.letters.count():
            return
        time.sleep(0.02)
    raise AssertionError("the worker does not send")


@pytest.mark.deep
def test_nothing_lost_and_nothing_twice_at_twenty_ends(world: World) -> None:
    dice = random.Random(6)
    twice: Counter[str] = Counter()
    for number in range(20):
        victim = VICTIMS[number % len(VICTIMS)]
        twice[victim] += one_point(world, victim, dice.uniform(0, 0.7))
    said = ", ".join(f"{name} {twice[name]}" for name in VICTIMS)
    sys.stdout.write(
        f"20 deaths, {20 * LINE:,} by LINE once each, {20 * MAIL:,} by mail; twice: {said}\n"
    )


def test_a_relay_and_a_database_that_die_cost_nobody_a_notice(world: World) -> None:
    for victim in ("postgres", "relay"):
        one_point(world, victim, 0.2)

"""Real worker processes are killed while they send; nothing is lost and nothing comes twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from notifications.notices import delivering
from notifications.notices.models import Delivery
from portal.core.settings import Settings
from tests.notifications.city import approved, let_time_pass, line_id, outcomes, resident, values
from tests.notifications.conftest import Letters, Phone

ROOT = Path(__file__).resolve().parents[2]
WORKER = "from launcher.product import worker; worker(['--burst'])"


class Workers:
    """Starts real workers and kills them."""

    def __init__(self, settings: Settings) -> None:
        told = {name: str(value) for name, value in settings.model_dump().items()}
        self.environment = {**os.environ, **told}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=ROOT, env=self.environment, stderr=subprocess.PIPE
        )
        self.started.append(process)
        return process

    def finish(self) -> None:
        """Let a worker empty the queues."""
        process = self.start()
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def workers(settings: Settings) -> Iterator[Workers]:
    found = Workers(settings)
    yield found
    for process in found.started:
        with process:  # closes its pipe
            process.kill()


def wait_until(said: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def let_the_tick_finish(app: Flask, workers: Workers) -> None:
    """What the scheduler does every minute, until nothing is open."""
    for _ in range(10):
        with app.app_context():
            let_time_pass()
            open_rows = values(
                select(Delivery.resident_id).where(
                    Delivery.sent_at.is_(None), Delivery.failed_at.is_(None)
                )
            )
            fanned = values(text("SELECT count(*) FROM deliveries"))[0]
            if fanned and not open_rows:
                return
            app.extensions["mado.redis"].flushdb()  # Valkey was emptied too
            delivering.sweep()
        workers.finish()
    raise AssertionError("still open after ten ticks")


def test_a_worker_killed_while_line_answers(
    app: Flask, inside: Any, workers: Workers, phone: Phone
) -> None:
    """LINE took the message; the worker dies before it hears so."""
    for number in (1, 2, 3):
        inside(resident, line=number)
    hang = {
        "status": "hang",
        "path": "/v2/bot/message/multicast",
        "after_accept": True,
        "seconds": 20,
    }
    phone.fail(hang)
    notice = inside(approved)
    victim = workers.start()
    wait_until(lambda: phone.counts().get("accepted multicast", 0) == 1)
    workers.kill(victim)
    assert inside(outcomes, notice) == {"line open": 3}
    let_the_tick_finish(app, workers)
    assert inside(outcomes, notice) == {"line sent": 3}
    assert [len(phone.texts(line_id(number))) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_worker_killed_between_letters(
    app: Flask, inside: Any, workers: Workers, letters: Letters
) -> None:
    """At most one letter of the killed connection comes twice, and the row says so."""
    people = [f"r{number}@mail.example" for number in range(120)]
    for address in people:
        inside(resident, mail=address)
    notice = inside(approved)
    victim = workers.start()
    wait_until(lambda: letters.count() >= 30)
    workers.kill(victim)
    handed = letters.count()
    assert handed < 120, "it was too quick to be killed in between"
    let_the_tick_finish(app, workers)
    assert inside(outcomes, notice) == {"mail sent": 120}
    assert all(letters.to(address) for address in people)
    assert letters.count() <= 121
    sys.stdout.write(f"killed after {handed} letters; {letters.count() - 120} twice\n")


@pytest.mark.deep
def test_killed_at_random_points(
    app: Flask, inside: Any, workers: Workers, phone: Phone, letters: Letters
) -> None:
    """Twenty times at a random moment: everybody has the notice, on LINE exactly once."""
    dice = random.Random(20)
    for number in range(700):
        inside(resident, line=number)
    for number in range(300):
        inside(resident, mail=f"r{number}@mail.example")
    notice = inside(approved)
    kills = 0
    for _ in range(20):
        with app.app_context():
            let_time_pass()
            delivering.sweep()
        victim = workers.start()
        time.sleep(dice.uniform(0.5, 4))
        if victim.poll() is None:
            workers.kill(victim)
            kills += 1
    let_the_tick_finish(app, workers)
    assert inside(outcomes, notice) == {"line sent": 700, "mail sent": 300}
    assert all(len(phone.texts(line_id(number))) == 1 for number in range(700))
    assert all(letters.to(f"r{number}@mail.example") for number in range(300))
    assert letters.count() <= 300 + kills
    twice = letters.count() - 300
    sys.stdout.write(f"{kills} kills: LINE 700 once, mail 300, {twice} letters twice\n")

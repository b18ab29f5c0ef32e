"""Processes of the city are killed without warning; it heals, at once or at the next start."""

import os
import signal
import time
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.services.process import command_line
from tests.launcher.cities import Running, open_url

pytestmark = pytest.mark.deep


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path)
    yield started
    if started.process.poll() is None:
        started.stop()


def wait_for(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_ready(city: Running) -> bool:
    try:
        with open_url(city.city["public_url"] + "/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def server_pid(city: Running, name: str) -> int:
    """Zero while it is being replaced."""
    file = city.data / name / "server.pid"
    return int(file.read_text() or 0) if file.exists() else 0


def test_every_process_of_ours_comes_back(running: Running) -> None:
    for pid in running.children.values():
        os.kill(pid, signal.SIGKILL)

    def all_anew() -> bool:
        living, before = running.living(), running.children
        return set(living) == set(before) and not set(living.values()) & set(before.values())

    wait_for(all_anew)
    wait_for(lambda: is_ready(running))


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_killed_server_comes_back(running: Running, name: str) -> None:
    first = server_pid(running, name)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: server_pid(running, name) not in (0, first) and is_ready(running))


def test_a_killed_supervisor_leaves_nothing_and_the_next_run_goes_on(running: Running) -> None:
    pids = [*running.children.values(), server_pid(running, "postgres")]
    running.process.kill()
    running.process.wait()
    wait_for(lambda: not [pid for pid in pids if command_line(pid)])
    again = Running(running.data.parent)
    assert is_ready(again)
    assert again.stop() == 0

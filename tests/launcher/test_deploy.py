"""A fresh clone in an empty folder with empty caches comes up by the one command of the README."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.places import ROOT
from tests.launcher.cities import open_url

pytestmark = pytest.mark.deep

FIRST_SETUP = 600  # seconds: packages are fetched and installed
START = 120


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What git holds, in a folder whose name has a blank and Japanese letters."""
    folder = tmp_path / "新しい 町"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def bare_environment(home: Path) -> dict[str, str]:
    """The machine's own settings (how it reaches packages), but nothing of this checkout's."""
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MADO_", "PYTHON", "VIRTUAL"))}
    path = os.pathsep.join(
        part for part in kept["PATH"].split(os.pathsep) if not part.startswith(str(ROOT))
    )
    return kept | {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PATH": path}


class Run:
    """One `./mado run` of the clone."""

    def __init__(self, clone: Path, *options: str, seconds: float) -> None:
        self.clone = clone
        self.log = clone.parent / "run.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [str(clone / "mado"), "run", "--port", "8500", *options],
                cwd=clone,
                env=bare_environment(clone.parent / "home"),
                stdout=out,
                stderr=out,
            )
        try:
            self.city = self._wait(seconds)
        except AssertionError:
            self.process.terminate()
            self.process.wait(60)
            raise

    def _wait(self, seconds: float) -> dict[str, str]:
        told = self.clone / "var" / "run" / "city.json"
        deadline = time.monotonic() + seconds
        while not told.exists():
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < deadline, self.log.read_text()[-2000:]
            time.sleep(0.5)
        found: dict[str, str] = json.loads(told.read_text())
        return found

    def page(self, path: str) -> str:
        with open_url(self.city["public_url"] + path, timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log.read_text()[-2000:]


def residents_of(clone: Path) -> list[str]:
    told = json.loads((clone / "var" / "demo.json").read_text())
    return [one["name"] for one in told["residents"]]


@pytest.fixture
def run(clone: Path) -> Iterator[Callable[..., Run]]:
    """Starts the clone; whatever a failed test leaves behind is stopped."""
    started: list[Run] = []

    def start(*options: str, seconds: float = START) -> Run:
        started.append(Run(clone, *options, seconds=seconds))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.stop()


def test_a_fresh_clone_runs_keeps_its_data_and_starts_over(
    clone: Path, run: Callable[..., Run]
) -> None:
    first = run(seconds=FIRST_SETUP)
    assert "まど市" in first.page("/")
    assert "コンビニ" in first.page("/certificates")
    said = first.log.read_text()
    assert first.city["public_url"] in said
    assert "author@city.example" in said
    first.stop()

    key = (clone / "var" / "secrets" / "DATA_KEY").read_text()
    second = run()
    assert "まど市" in second.page("/services")
    assert (clone / "var" / "secrets" / "DATA_KEY").read_text() == key
    assert "さくら" in residents_of(clone)
    second.stop()

    third = run("--fresh")
    assert (clone / "var" / "secrets" / "DATA_KEY").read_text() != key
    assert "さくら" in residents_of(clone)
    third.stop()


def test_the_clone_answers_for_itself_without_servers(clone: Path) -> None:
    """`rules check` needs neither database nor queue, only the virtual environment."""
    vectors = clone / "tests" / "data" / "age_vectors.csv"
    done = subprocess.run(
        [sys.executable, str(clone / "mado"), "rules", "check", str(vectors)],
        cwd=clone,
        env=bare_environment(clone.parent / "home"),
        capture_output=True,
        text=True,
        timeout=FIRST_SETUP,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().splitlines()[-1].endswith("0 failed")

"""Steps of a check, run one after another, timed, all of them even when one fails."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from launcher.places import ROOT


@dataclass(frozen=True, slots=True)
class Step:
    """A name and the command line behind it."""

    name: str
    line: list[str]


def python(module: str, *arguments: str) -> list[str]:
    """A tool of the project's own environment."""
    return [sys.executable, "-P", "-m", module, *arguments]


LINT = (
    Step("ruff check", python("ruff", "check", "--quiet", ".", "mado")),
    Step("ruff format", python("ruff", "format", "--check", "--quiet", ".", "mado")),
    Step("mypy --strict", python("mypy", "--strict", "--no-error-summary")),
)


def run_all(steps: Sequence[Step]) -> list[str]:
    """Runs every step, prints its seconds, and gives back the names of those that failed."""
    return [step.name for step in steps if not _passes(step)]


def _passes(step: Step) -> bool:
    started = time.monotonic()
    done = subprocess.run(step.line, cwd=ROOT, check=False)
    word = "ok" if done.returncode == 0 else f"FAILED (status {done.returncode})"
    print(f"{step.name}: {word}, {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0

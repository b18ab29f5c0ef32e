"""Which commit this checkout is, and where a run of its tests leaves what it found."""

from __future__ import annotations

import subprocess
from pathlib import Path

from launcher.places import ROOT

RESULTS = ROOT / "var" / "results"


def commit() -> str:
    """Of this checkout, `+` where files differ from it; empty where there is no Git."""
    head = _git("rev-parse", "HEAD")
    return f"{head}+" if head and _git("status", "--porcelain") else head


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip()


def results_into(name: str) -> list[str]:
    """What pytest is told, so that its results lie in this file of RESULTS."""
    file = RESULTS / f"{name}.xml"
    return [f"--junitxml={file}", "-p", "launcher.acceptance.noting"]


def result_file(name: str) -> Path:
    """The file of `results_into`."""
    return RESULTS / f"{name}.xml"

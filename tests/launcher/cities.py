"""A whole city started by its command, for tests that look at it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = [sys.executable, "-P", "-m", "launcher"]
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def environment(**more: str) -> dict[str, str]:
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    services = {n: v for n, v in os.environ.items() if n == "MADO_SERVICES"}
    return {**kept, **services, "PYTHONPATH": str(ROOT), **more}


def mado(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LAUNCHER, *arguments],
        cwd="/",
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def wait_for_city(file: Path, process: "subprocess.Popen[bytes]", log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while not file.exists():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    told: dict[str, Any] = json.loads(file.read_text())
    return told


class Running:
    """A city started by the command, and what it says about itself."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder / "まど data"
        self.printed = folder / "printed"
        with self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [*LAUNCHER, "run", *(options or ("--no-demo",)), "--data", str(self.data)],
                cwd="/",
                env=environment(),
                stdout=out,
                stderr=out,
            )
        (self.data / "run" / "city.json").unlink(missing_ok=True)  # a killed one's
        self.city = wait_for_city(self.data / "run" / "city.json", self.process, self.printed)
        self.children = self.living()

    def living(self) -> dict[str, int]:
        """Command line → process id, as the supervisor has noted."""
        rows = json.loads((self.data / "run" / "children.json").read_text() or "[]")
        return {line: pid for pid, line in rows}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

"""Keeps a row of child processes running: in order up, in reverse order down, none left over."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launcher.faults import StartFailedError
from launcher.places import Places, rotate
from launcher.services import account as accounts
from launcher.services.process import command_line, stop_by_signals, stop_stranger

PATIENCE = 120.0  # seconds for a child to answer on a busy machine, and a quarter to stop
LONGEST_BACK_OFF = 30.0
STEADY = 60.0  # seconds of life after which a death counts as the first again
STEP = 0.2


class StoppedError(Exception):
    """The operator asked to stop while things were still starting."""


@dataclass(slots=True)
class Child:
    """One process to keep alive, and how it is doing."""

    name: str
    line: list[str]
    ready: Callable[[], bool] = lambda: True
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)


class Supervisor:
    """Starts, watches and stops children; `stopping` ends everything."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        self._places = places
        self.environment = dict(environment)
        self._children: list[Child] = []
        self._record = places.run / "children.json"
        self.stopping = False

    def catch_signals(self) -> None:
        """Ctrl-C, a service manager's SIGTERM and a closed terminal all mean: stop in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))

    def recover_orphans(self) -> None:
        """Stops what a killed supervisor left behind (where no death signal did)."""
        try:
            recorded = json.loads(self._record.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return
        for pid, line in reversed(recorded):
            if command_line(pid).endswith(line):
                stop_stranger(pid, [signal.SIGTERM])
        self._record.unlink(missing_ok=True)

    def start(self, *children: Child) -> None:
        """Starts children side by side and waits until all of them answer."""
        for child in children:
            self._children.append(child)
            self._spawn(child)
        deadline = time.monotonic() + PATIENCE
        for child in children:
            self._await(child, deadline)

    def _await(self, child: Child, deadline: float) -> None:
        while not child.ready():
            self._pause()
            if child.process and child.process.poll() is not None:
                raise StartFailedError(self._told(child, "ended at once"))
            if time.monotonic() > deadline:
                raise StartFailedError(self._told(child, f"does not answer after {PATIENCE:.0f} s"))

    def run_once(self, name: str, line: list[str]) -> None:
        """Runs a step to its end (migrations, demo); a failure ends the start."""
        child = Child(name, line)
        self._spawn(child)
        while child.process and child.process.poll() is None:
            if self.stopping:
                self._stop(child)
            time.sleep(STEP / 10)
        self._raise_if_stopping()
        if child.process and child.process.returncode != 0:
            raise StartFailedError(self._told(child, "failed"))

    def watch(self, other_work: Callable[[], None]) -> None:
        """Restarts dead children until told to stop; calls `other_work` each round."""
        while not self.stopping:
            for child in self._children:
                self._look_after(child)
            other_work()
            time.sleep(STEP)

    def stop(self) -> None:
        """Stops every child, the last started first."""
        for child in reversed(self._children):
            self._stop(child)
        self._children.clear()
        self._record.unlink(missing_ok=True)

    def rotate_logs(self) -> None:
        """Keeps each log small; one older generation stays."""
        for log in self._places.log("any").parent.glob("*.log"):
            rotate(log)

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.again_at:
                self._spawn(child)
        elif child.process.poll() is not None:
            self._bury(child, child.process)

    def _bury(self, child: Child, process: "subprocess.Popen[bytes]") -> None:
        """Notes a death, ends what the dead one left in its group, plans the next start."""
        self._kill_group(process.pid)
        steady = time.monotonic() - child.started > STEADY
        child.deaths = 1 if steady else child.deaths + 1
        wait = min(2.0 ** (child.deaths - 1), LONGEST_BACK_OFF)
        child.process, child.again_at = None, time.monotonic() + wait
        self._note(child, f"ended with status {process.returncode}; again in {wait:.0f} s")

    def _spawn(self, child: Child) -> None:
        log = self._places.log(child.name)
        program, *arguments = child.line
        line = accounts.command(accounts.ourselves(), signal.SIGTERM, Path(program), *arguments)
        with log.open("ab") as output:
            child.process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.environment | child.environment,
                start_new_session=True,  # a group of its own: Ctrl-C is for us
            )
        child.started = time.monotonic()
        self._write_record()

    def _write_record(self) -> None:
        alive = [child for child in self._children if child.process]
        rows = [(one.process.pid, " ".join(one.line)) for one in alive if one.process]
        fresh = self._record.with_suffix(".new")
        fresh.write_text(json.dumps(rows), "utf-8")
        fresh.replace(self._record)

    def _stop(self, child: Child) -> None:
        process, child.process = child.process, None
        if process and process.poll() is None:
            gone: Callable[[], bool] = lambda: process.poll() is not None  # noqa: E731
            stop_by_signals(process.pid, [signal.SIGTERM], gone, PATIENCE / 4)
        if process:
            self._kill_group(process.pid)

    def _kill_group(self, pid: int) -> None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def _pause(self) -> None:
        self._raise_if_stopping()
        time.sleep(STEP / 4)

    def _raise_if_stopping(self) -> None:
        if self.stopping:
            raise StoppedError

    def _note(self, child: Child, text: str) -> None:
        print(f"mado: {child.name} {text} ({self._places.log(child.name)})", file=sys.stderr)
        with self._places.log("supervisor").open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {child.name}: {text}\n")

    def _told(self, child: Child, what: str) -> str:
        log = self._places.log(child.name)
        tail = "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-15:])
        return f"{child.name} {what}. Its log ({log}) ends:\n{tail}"

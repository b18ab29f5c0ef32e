"""One server process with its data folder: started, found again, stopped."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from launcher.faults import AlreadyRunningError, ServiceError, StartFailedError
from launcher.services import account as accounts

LONGEST_SOCKET_PATH = 90  # sockaddr_un holds 104 bytes on macOS, 108 on Linux
PATIENCE = 60.0


class FolderLock:
    """Says that this process, and no other, runs what lies in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Takes the folder, or names the live process that has it."""
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise AlreadyRunningError(
                f"{self._path.parent} is in use by process {holder}"
            ) from fault
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Gives the folder back."""
        if self._file:
            self._file.close()
            self._file = None


class ServerProcess:
    """A child that writes into one folder and is found again there by its pid file."""

    def __init__(self, folder: Path, account: accounts.Account, stop_signals: list[int]) -> None:
        self.folder = folder
        self.account = account
        self.log = folder / "server.log"
        self._pid_file = folder / "server.pid"
        self._stop_signals = stop_signals
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs under us."""
        return self._child.pid if self._child else None

    def start(
        self,
        program: Path,
        arguments: list[str],
        ready: Callable[[], bool],
        patience: float = PATIENCE,
    ) -> None:
        """Starts the server and returns once `ready()` says so."""
        line = accounts.command(self.account, self._stop_signals[0], program, *arguments)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=server_environment(),
                start_new_session=True,  # Ctrl-C is for us; we stop it in order
            )
        fresh = self._pid_file.with_suffix(".new")
        fresh.write_text(str(self._child.pid), encoding="utf-8")
        fresh.replace(self._pid_file)
        self._wait(ready, patience)

    def _wait(self, ready: Callable[[], bool], patience: float) -> None:
        deadline = time.monotonic() + patience
        while not ready():
            if not self.alive() or time.monotonic() > deadline:
                self.stop()
                raise StartFailedError(f"the server did not start; its log says:\n{self._tail()}")
            time.sleep(0.01)

    def alive(self) -> bool:
        """Whether our child still runs."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """Stops our child, politely first."""
        child, self._child = self._child, None
        if child:
            stop_by_signals(
                child.pid, self._stop_signals, lambda: child.poll() is not None, PATIENCE / 2
            )
        self._pid_file.unlink(missing_ok=True)

    def recover_orphan(self) -> None:
        """Stops a server that outlived a killed launcher on this folder."""
        try:
            pid = int(self._pid_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return
        if str(self.folder) in command_line(pid):
            stop_stranger(pid, self._stop_signals)
        self._pid_file.unlink(missing_ok=True)

    def _tail(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-12:])


def stop_by_signals(
    pid: int, signals: list[int], gone: Callable[[], bool], patience: float
) -> None:
    """Sends each signal in turn, the last being SIGKILL, until the process is gone."""
    for number in [*signals, signal.SIGKILL]:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            gone()
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if gone():
                return
            time.sleep(0.01)
    raise ServiceError(f"process {pid} does not stop")


def stop_stranger(pid: int, signals: list[int]) -> None:
    """Stops a process that is not our child, for its parent was killed."""
    stop_by_signals(pid, signals, lambda: not command_line(pid), PATIENCE / 2)


def command_line(pid: int) -> str:
    """The command of a live process, empty when there is none."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return os.fsdecode(raw).replace("\0", " ").strip()
    told = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
    )
    return os.fsdecode(told.stdout).strip()


def server_environment() -> dict[str, str]:
    """A neutral environment: no PG* variable, no language of the operator."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def run_quietly(line: list[str]) -> None:
    """Runs a command to its end; a failure says what it printed."""
    done = subprocess.run(
        line, capture_output=True, text=True, env=server_environment(), check=False
    )
    if done.returncode != 0:
        raise StartFailedError(f"{Path(line[-1]).name}: {done.stderr.strip()[-2000:]}")


def socket_folder(folder: Path, longest_name: str, owner: int) -> Path:
    """The data folder itself, or a private short one when its path is too long for a socket."""
    plain = str(folder)
    fits = len(os.fsencode(folder / longest_name)) <= LONGEST_SOCKET_PATH
    if fits and plain.isascii() and not set(plain) & set(" ,'\"\\%?&#"):
        return folder
    return _short_folder(folder, owner)


def remove_short_folder(folder: Path, longest_name: str) -> None:
    """Takes the private short folder away again, if there was one."""
    sockets = socket_folder(folder, longest_name, os.getuid())
    if sockets != folder:
        shutil.rmtree(sockets, ignore_errors=True)


def _short_folder(folder: Path, owner: int) -> Path:
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"mado-{os.getuid()}-{mark}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    ours = found.st_uid in (os.getuid(), owner)
    if short.is_symlink() or not ours or found.st_mode & 0o077:
        raise ServiceError(f"{short} is not a private folder of ours; remove it")
    return short

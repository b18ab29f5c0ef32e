"""A real Redis-protocol server of our own (Valkey), on a Unix socket, data in one folder."""

import shutil
import signal
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from launcher.services import account as accounts
from launcher.services.process import FolderLock, ServerProcess, socket_folder
from launcher.services.programs import Preference, find_redis

SOCKET_NAME = "redis.sock"


class EmbeddedRedis:
    """`with EmbeddedRedis(folder) as redis: Redis.from_url(redis.url())`."""

    def __init__(
        self, folder: Path, *, fast: bool = False, preference: Preference | None = None
    ) -> None:
        self.folder = folder.resolve()
        self._fast = fast
        self._preference = preference
        self._lock = FolderLock(self.folder)
        self._server: ServerProcess | None = None
        self._socket = self.folder / SOCKET_NAME

    def start(self) -> Self:
        """Starts the server on what the folder holds."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        program = find_redis(self._preference)
        self._lock.take()
        try:
            self._launch(program.path)
        except BaseException:
            self._lock.release()
            raise
        return self

    def _launch(self, program: Path) -> None:
        account = accounts.ourselves()
        server = ServerProcess(self.folder, account, [signal.SIGTERM])
        server.recover_orphan()
        folder = socket_folder(self.folder, SOCKET_NAME, account.owner)
        self._socket = folder / SOCKET_NAME
        server.start(program, self._arguments(), self._ready)
        self._server = server

    def _arguments(self) -> list[str]:
        """No TCP port; every write in the append-only file, since snapshots lose minutes."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no" if self._fast else "yes",
            "appendfsync": "everysec",
            "daemonize": "no",
            "set-proc-title": "no",  # so that an orphan is known by its command line
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _ready(self) -> bool:
        """Whether it answers PING with PONG (it says LOADING while it reads its file)."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(2)
                line.connect(str(self._socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        """Stops the server; what it acknowledged is on disk (unless `fast`)."""
        if self._server:
            self._server.stop()
            self._server = None
        if self._socket.parent != self.folder:
            shutil.rmtree(self._socket.parent, ignore_errors=True)
        self._lock.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id."""
        return self._server.pid if self._server else None

    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._server is not None and self._server.alive()

    def url(self, database: int = 0) -> str:
        """For redis-py and RQ. (Flask-Limiter spells the same `redis+unix://…`.)"""
        return f"unix://{self._socket}?db={database}"

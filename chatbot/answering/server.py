"""The answering process's socket: many slow clients, one thread that answers."""

import asyncio
import logging
import os
import signal
import socket
from pathlib import Path

from chatbot.answering.port import Answers
from chatbot.answering.wire import (
    LONGEST_LINE,
    NotUnderstood,
    read_question,
    write_problem,
    write_reply,
)

log = logging.getLogger(__name__)

# A client that sends nothing, or reads nothing, for so long is let go.
IDLE_SECONDS = 10.0
MOST_CLIENTS = 200


class SocketTaken(RuntimeError):
    """Another answering process listens on this socket."""


class AnswerServer:
    """Serves turns on a Unix socket that only this user may open."""

    def __init__(self, answers: Answers, path: Path, idle_seconds: float = IDLE_SECONDS) -> None:
        self._answers = answers
        self._path = path
        self._idle_seconds = idle_seconds
        self._clients: set[asyncio.Task[None]] = set()

    async def serve(self, stop: asyncio.Event) -> None:
        """Listens until stop is set, then lets go of everybody and removes the socket."""
        server = await asyncio.start_unix_server(
            self._welcome, sock=listening_socket(self._path), limit=LONGEST_LINE
        )
        try:
            await stop.wait()
        finally:
            server.close()
            for client in set(self._clients):
                client.cancel()
            await asyncio.gather(*self._clients, return_exceptions=True)
            await server.wait_closed()
            self._path.unlink(missing_ok=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= MOST_CLIENTS:
            writer.close()
            return
        self._clients.add(task)
        try:
            await self._converse(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            # Slow, gone, or a line without an end: the client's matter, not ours.
            log.info("answering: a client was let go")
        except asyncio.CancelledError:
            log.info("answering: stopping")
        finally:
            self._clients.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await asyncio.wait_for(reader.readline(), self._idle_seconds):
            writer.write(self._reply(line))
            await asyncio.wait_for(writer.drain(), self._idle_seconds)

    def _reply(self, line: bytes) -> bytes:
        try:
            return write_reply(self._answers.turn(read_question(line)))
        except NotUnderstood as problem:
            return write_problem(str(problem))
        except Exception:
            # One question must not end the process that everybody asks. The question itself
            # stays out of the log: people write names into it.
            log.exception("answering: a turn failed")
            return write_problem("the turn failed")


def listening_socket(path: Path) -> socket.socket:
    """A socket of mode 0600 from its first moment. Raises SocketTaken."""
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def run(answers: Answers, path: Path) -> None:
    """Serves until SIGTERM or SIGINT."""
    asyncio.run(_run(answers, path))


async def _run(answers: Answers, path: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await AnswerServer(answers, path).serve(stop)


def _remove_stale(path: Path) -> None:
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            # Nobody listens: left behind by a process that was killed.
            path.unlink(missing_ok=True)
            return
    raise SocketTaken(f"{path}: another process is answering here")

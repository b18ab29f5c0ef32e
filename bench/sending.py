"""Sends prepared requests over keep-alive connections, each once, and keeps the answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: str
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name."""
        for line in self.headers.split("\r\n"):
            key, _, value = line.partition(": ")
            if key.lower() == name:
                return value
        return ""


@dataclass(frozen=True)
class Sent:
    """All answers, in the order of the requests."""

    answers: list[Answer]
    seconds: float

    def insist(self, status: int) -> Sent:
        """Every answer has this status, or the measurement is worth nothing."""
        odd = [answer for answer in self.answers if answer.status != status]
        if odd:
            raise RuntimeError(f"{len(odd)} answered {odd[0].status}: {odd[0].body[:300]!r}")
        return self


def prepared(
    method: str, path: str, host: str, headers: Mapping[str, str] | None = None, body: str = ""
) -> bytes:
    """One request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def send(port: int, requests: Sequence[bytes], connections: int) -> Sent:
    """Send them all, `connections` at a time."""
    answers: list[Answer | None] = [None] * len(requests)
    began = time.perf_counter()
    asyncio.run(_send(port, list(enumerate(requests)), answers, connections))
    return Sent([one for one in answers if one is not None], time.perf_counter() - began)


async def _send(
    port: int, waiting: list[tuple[int, bytes]], answers: list[Answer | None], connections: int
) -> None:
    waiting.reverse()
    await asyncio.gather(*(_connection(port, waiting, answers) for _ in range(connections)))


async def _connection(
    port: int, waiting: list[tuple[int, bytes]], answers: list[Answer | None]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        number, request = waiting.pop()
        writer.write(request)
        answers[number] = await asyncio.wait_for(_answer(reader), 60)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    answer = Answer(int(head.split(" ", 2)[1]), head, b"")
    length = int(answer.header("content-length") or 0)
    return Answer(answer.status, head, await reader.readexactly(length))

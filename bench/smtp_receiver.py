"""The relay's side of the sending bench: takes letters as fast as it can, counts, keeps a few."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

KEEP_EVERY = 5_000
seen: dict[bytes, int] = {}
kept: list[str] = []
times = {"first": 0.0, "last": 0.0}
counts = {"letters": 0, "signed": 0, "connections": 0}


class Receiver(asyncio.Protocol):
    """RFC 5321 with PIPELINING, only as much of it as our own client speaks."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: Any = None
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        counts["connections"] += 1
        self._transport.write(b"220 receiver.example mado-standin\r\n")

    def data_received(self, data: bytes) -> None:
        self._received += data
        said: list[bytes] = []
        while (taken := self._one()) is not None:
            said.append(taken)
        if said:
            self._transport.write(b"".join(said))

    def _one(self) -> bytes | None:
        """The answer to the next command or letter that is whole."""
        end = b"\r\n.\r\n" if self._in_data else b"\r\n"
        head, found, rest = self._received.partition(end)
        if not found:
            return None
        self._received = rest
        if self._in_data:
            self._in_data = False
            _keep(head)
            return b"250 2.0.0 taken\r\n"
        return self._answer(head)

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if word == b"EHLO":
            return b"250-receiver.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
        if word == b"XTEL":
            told = {"times": times, "counts": counts, "kept": kept, "different": len(seen)}
            return b"250 " + json.dumps(told).encode() + b"\r\n"
        if word == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
            return b""
        return b"250 2.1.0 ok\r\n"


def _keep(letter: bytes) -> None:
    moment = time.time()
    times["first"] = times["first"] or moment
    times["last"] = moment
    counts["letters"] += 1
    counts["signed"] += letter.startswith(b"DKIM-Signature:")
    at = letter.find(b"\nMessage-ID: ") + 13
    number = letter[at : letter.find(b"\r", at)]
    seen[number] = seen.get(number, 0) + 1
    if counts["letters"] % KEEP_EVERY == 1:
        kept.append(letter.decode("latin-1") + "\r\n")


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

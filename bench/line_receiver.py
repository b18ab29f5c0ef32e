"""LINE's side of the answering bench: takes replies as fast as it can and writes down when."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

TOKEN = json.dumps({"access_token": "t", "expires_in": 900, "token_type": "Bearer"}).encode()
taken: dict[str, float] = {}
multicast = {"requests": 0.0, "recipients": 0.0, "first": 0.0, "last": 0.0}
counts = {"twice": 0, "push": 0, "loading": 0, "other": 0}


class Receiver(asyncio.Protocol):
    """HTTP/1.1 with kept connections, only as much of it as our own client speaks.

    The stand-in checks every message against LINE's specification, which costs more than an
    answer costs us; this one must not take the cores that are measured.
    """

    def __init__(self) -> None:
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].decode("latin-1")
            length = _length(head)
            if len(self._received) < end + 4 + length:
                return
            body = self._received[end + 4 : end + 4 + length]
            self._received = self._received[end + 4 + length :]
            status, said = _answer(head.split(" ", 2)[1], body)
            self._transport.write(
                b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (status, len(said), said)
            )


def _length(head: str) -> int:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


def _answer(path: str, body: bytes) -> tuple[int, bytes]:
    if path == "/v2/bot/message/reply":
        token = json.loads(body)["replyToken"]
        if token in taken:
            counts["twice"] += 1
            return 400, b'{"message":"Invalid reply token"}'
        taken[token] = time.time()
        return 200, b'{"sentMessages":[]}'
    if path == "/v2/bot/message/multicast":
        return _multicast(json.loads(body)["to"])
    if path == "/__report__":
        told = {"taken": taken, "counts": counts, "multicast": multicast}
        return 200, json.dumps(told).encode()
    if path == "/v2/bot/message/quota":
        return 200, b'{"type":"none"}'
    if path == "/v2/bot/message/quota/consumption":
        return 200, b'{"totalUsage":0}'
    if path.startswith("/oauth2/"):
        return 200, TOKEN
    kind = path.split("/")[4] if path.count("/") >= 4 else "other"
    counts[kind if kind in counts else "other"] += 1
    return 200, b'{"sentMessages":[]}'


def _multicast(to: list[str]) -> tuple[int, bytes]:
    moment = time.time()
    multicast["requests"] += 1
    multicast["recipients"] += len(to)
    multicast["first"] = multicast["first"] or moment
    multicast["last"] = moment
    return 200, b"{}"


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

"""LINE's webhook under a crowd: how fast events are taken in, and how soon each is answered."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from bench.city import bench_application, bench_environment
from bench.cpu import children_cpu
from launcher.children import server
from launcher.places import ROOT
from launcher.services import EmbeddedPostgres, EmbeddedRedis
from standins.processes import free_port

TOKEN_SECONDS = 60  # a reply token dies then
CONNECTIONS = 64
_open = build_opener(ProxyHandler({})).open


@dataclass
class Crowd:
    """What the crowd sent and saw; times are seconds since the epoch."""

    sent: dict[str, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Running:
    """The processes of one bench, by what they do."""

    portal: int
    receiver: int
    pids: Mapping[str, int]

    def cpu(self) -> dict[str, float]:
        return {name: children_cpu(pid) for name, pid in self.pids.items()}


def report(rate: int, seconds: int, together: int) -> str:
    """Run the crowd for `seconds`, wait for the last answer, print the table."""
    with tempfile.TemporaryDirectory(prefix="mado-bench-") as folder, ExitStack() as stack:
        running = stack.enter_context(city(Path(folder)))
        _warm(running)
        before = running.cpu()
        crowd = asyncio.run(_crowd(running.portal, rate, seconds, together))
        told = _when_all_are_answered(running.receiver, len(crowd.sent))
        spent = {name: after - before[name] for name, after in running.cpu().items()}
    return _table(rate, crowd, told, spent)


@contextmanager
def city(folder: Path) -> Iterator[Running]:
    """Database, queue, granian, two workers and the answering process, as `./mado run` has."""
    portal, receiver = free_port(), free_port()
    with (
        EmbeddedPostgres(folder / "postgres") as postgres,
        EmbeddedRedis(folder / "valkey") as redis,
        ExitStack() as stack,
    ):
        made = bench_environment(postgres.create_database("bench"), redis.url(0), folder)
        made |= {"LINE_API_URL": f"http://127.0.0.1:{receiver}", "LINE_BOT_USER_ID": ""}
        made |= {"PUBLIC_URL": f"http://localhost:{portal}"}
        made |= {"STAFF_URL": f"http://staff.localhost:{portal}"}
        _migrate(made)
        mado = [sys.executable, "-m", "launcher"]
        lines = {
            "receiver": [sys.executable, "-m", "bench.line_receiver", str(receiver)],
            "answers": [*mado, "answers", "serve", "--socket", made["ANSWERS_SOCKET"]],
            "portal": server(portal),
            "worker_now": [*mado, "worker", "--queues", "now"],
            "worker": [*mado, "worker"],
        }
        pids = {
            name: stack.enter_context(process(line, made, folder / f"{name}.log"))
            for name, line in lines.items()
        }
        until_up(f"http://127.0.0.1:{portal}/health/ready")
        yield Running(portal, receiver, pids | {"postgres": postgres.pid or 0})


@contextmanager
def process(line: list[str], made: Mapping[str, str], log: Path) -> Iterator[int]:
    """One process with these settings for a while; yields its id."""
    with log.open("w") as words:
        process = subprocess.Popen(
            line, cwd=ROOT, env=os.environ | dict(made), stdout=words, stderr=words
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(20)


def _migrate(made: dict[str, str]) -> None:
    from alembic import command

    from launcher.product import alembic_config

    app = bench_application(made)
    with app.app_context():
        command.upgrade(alembic_config(), "head")
    app.extensions["mado.database"].engine.dispose()


def until_up(url: str) -> None:
    """Waits until `url` answers."""
    for _ in range(1200):
        try:
            with _open(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the portal did not start")


def questions() -> list[str]:
    """What people write: every phrase of the shipped knowledge, things to throw away too."""
    from chatbot.garbage.loading import load_guide
    from chatbot.knowledge.loading import load_entries

    phrases = [
        phrase for one in load_entries() for text in [one.text("ja")] for phrase in text.aliases
    ]
    return phrases + [f"{item.name}の捨て方" for item in load_guide().items]


def _warm(running: Running) -> None:
    """First answers load the SDK, the token and the pools; nobody measures a cold start."""
    crowd = asyncio.run(_crowd(running.portal, 20, 3, 1, prefix="W"))
    _when_all_are_answered(running.receiver, len(crowd.sent))


async def _crowd(port: int, rate: int, seconds: int, together: int, prefix: str = "E") -> Crowd:
    """`rate` events a second from as many people, `together` of them in each request."""
    crowd, asked = Crowd(), questions()
    free: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    began, tasks = time.perf_counter(), []
    for number in range(0, rate * seconds, together):
        due = began + number / rate
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        events = [
            _event(prefix, n, asked[n % len(asked)]) for n in range(number, number + together)
        ]
        tasks.append(asyncio.create_task(_send(crowd, free, port, events, due)))
    await asyncio.gather(*tasks)
    crowd.seconds = time.perf_counter() - began
    while not free.empty():
        free.get_nowait()[1].close()
    return crowd


def _event(prefix: str, number: int, text: str) -> dict[str, Any]:
    digest = hashlib.md5(f"{prefix}{number}".encode(), usedforsecurity=False).hexdigest()
    return {
        "type": "message",
        "webhookEventId": f"01{prefix}{number:023d}",
        "timestamp": int(time.time() * 1000),
        "mode": "active",
        "replyToken": f"{prefix}{number}",
        "source": {"type": "user", "userId": f"U{digest}"},
        "deliveryContext": {"isRedelivery": False},
        "message": {"id": f"{number}", "type": "text", "text": text},
    }


async def _send(
    crowd: Crowd, free: asyncio.Queue[Any], port: int, events: list[dict[str, Any]], due: float
) -> None:
    body = json.dumps({"destination": "U" + "b" * 32, "events": events}).encode()
    mac = hmac.new(b"s" * 32, body, hashlib.sha256).digest()
    head = (
        f"POST /webhooks/line HTTP/1.1\r\nHost: localhost:{port}\r\n"
        f"x-line-signature: {base64.b64encode(mac).decode()}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    reader, writer = await free.get()
    now = time.time()
    crowd.sent |= {event["replyToken"]: now for event in events}
    writer.write(head.encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    await reader.readexactly(int(answer.split("content-length:", 1)[1].split("\r\n", 1)[0]))
    free.put_nowait((reader, writer))
    # From the moment it was due, not from the moment a connection was free.
    crowd.waits.append(time.perf_counter() - due)
    crowd.refused += not answer.startswith("http/1.1 200")


def _when_all_are_answered(port: int, number: int) -> dict[str, Any]:
    """Wait until nothing more comes (two minutes at most); gives what the receiver wrote down."""
    told: dict[str, Any] = {"taken": {}}
    quiet, ends = 0, time.monotonic() + 150
    while quiet < 10 and time.monotonic() < ends:
        with _open(f"http://127.0.0.1:{port}/__report__", timeout=10) as answer:
            now = json.loads(answer.read())
        quiet = quiet + 1 if len(now["taken"]) == len(told["taken"]) else 0
        told = now
        if len(told["taken"]) >= number and quiet >= 2:
            break
        time.sleep(1)
    return told


def _table(rate: int, crowd: Crowd, told: dict[str, Any], spent: Mapping[str, float]) -> str:
    taken: dict[str, float] = told["taken"]
    waits = sorted(taken[token] - at for token, at in crowd.sent.items() if token in taken)
    first = min(crowd.sent.values())
    last = max((taken[token] for token in crowd.sent if token in taken), default=first)
    meanwhile = sum(1 for token in crowd.sent if taken.get(token, 1e12) < first + crowd.seconds)
    lines = [
        ("events sent", f"{len(crowd.sent)} at {len(crowd.sent) / crowd.seconds:.0f}/s"),
        ("intake ms p50 / p95 / p99", _percentiles(crowd.waits, 1000)),
        ("requests not answered by 200", str(crowd.refused)),
        ("answers/s while they came", f"{meanwhile / crowd.seconds:.0f}"),
        ("answers/s until the last", f"{len(waits) / max(0.001, last - first):.0f}"),
        ("answered after s p50 / p95 / p99", _percentiles(waits, 1)),
        ("by the token after its life", str(sum(wait > TOKEN_SECONDS for wait in waits))),
        ("lost", str(len(crowd.sent) - len(waits) - told["counts"]["push"])),
        ("too late for the token: pushed", str(told["counts"]["push"])),
        ("answered twice", str(told["counts"]["twice"])),
    ]
    lines += [(f"CPU s {name}", f"{seconds:.1f}") for name, seconds in spent.items()]
    return "\n".join(f"{name:<34} {value}" for name, value in lines)


def _percentiles(values: list[float], scale: float) -> str:
    ordered = sorted(values) or [0.0]
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    return " / ".join(f"{value * scale:.1f}" for value in at)

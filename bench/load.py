"""A closed-loop load over keep-alive connections on loopback, bounded in time and count."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import dataclass, field


@dataclass
class Load:
    """What the connections saw."""

    connections: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)  # seconds
    errors: int = 0
    generator_cpu: float = 0.0  # seconds

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def drive(
    port: int, path: str, host: str, cookies: list[str], connections: int, seconds: float
) -> Load:
    """`connections` browsers asking for `path` one after another, for `seconds`."""
    allow_files(connections + 200)
    load = Load(connections)
    began = time.process_time()
    asyncio.run(_drive(load, port, path, host, cookies, seconds))
    load.generator_cpu = time.process_time() - began
    return load


async def _drive(
    load: Load, port: int, path: str, host: str, cookies: list[str], seconds: float
) -> None:
    gate, deadline = asyncio.Event(), [0.0]
    ready = asyncio.Semaphore(200)  # connections opened at a time
    tasks = [
        asyncio.create_task(
            _browser(
                load, port, _request(path, host, cookies[n % len(cookies)]), gate, deadline, ready
            )
        )
        for n in range(load.connections)
    ]
    await asyncio.sleep(0.5 + load.connections / 2000)
    deadline[0] = time.perf_counter() + seconds
    began = time.perf_counter()
    gate.set()
    await asyncio.gather(*tasks)
    load.seconds = time.perf_counter() - began


def _request(path: str, host: str, cookie: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", f"Cookie: mado_resident={cookie}", "", ""]
    return "\r\n".join(lines).encode()


async def _browser(
    load: Load,
    port: int,
    request: bytes,
    gate: asyncio.Event,
    deadline: list[float],
    ready: asyncio.Semaphore,
) -> None:
    try:
        async with ready:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        load.errors += 1
        return
    await gate.wait()
    try:
        while time.perf_counter() < deadline[0]:
            began = time.perf_counter()
            writer.write(request)
            if await asyncio.wait_for(_response(reader), 60) != 200:
                load.errors += 1
            load.latencies.append(time.perf_counter() - began)
    except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
        load.errors += 1
    finally:
        writer.close()


async def _response(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head.split(" ", 2)[1])
    length = 0
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
        elif name.lower() == "transfer-encoding":
            raise ValueError("chunked answers are not expected")
    await reader.readexactly(length)
    return status


def allow_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(number, soft)), hard))

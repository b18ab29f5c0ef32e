"""The generator, a process of its own: many sessions on one loop, each thinking between requests.

Reads its orders as JSON on stdin and prints what it saw as JSON: `python -m bench.load_process`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.load import allow_files
from bench.load_people import Person, Step

PATIENCE = 30.0  # seconds: whoever waits longer has left


@dataclass
class Seen:
    """What was measured after the warm-up."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    reconnected: int = 0

    def fault(self, kind: str, why: str) -> None:
        """Counts one."""
        self.faults[f"{kind}: {why}"] = self.faults.get(f"{kind}: {why}", 0) + 1


def address_of(number: int) -> str:
    """An address of one's own on this machine: the limits are counted by address."""
    return f"127.1.{number // 250 % 250}.{number % 250 + 1}"


class Session:
    """One browser: a keep-alive connection and somebody who thinks."""

    def __init__(self, person: Person, orders: dict[str, Any], seen: Seen) -> None:
        self._person, self._orders, self._seen = person, orders, seen
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def live(self, counts_from: float, ends: float) -> None:
        """Thinks, asks, thinks again; the first thought puts it anywhere in its rhythm."""
        while True:
            pause = self._person.chance.expovariate(1 / self._orders["think"])
            if time.perf_counter() + pause >= ends:
                break
            await asyncio.sleep(pause)
            step, began = self._person.step(), time.perf_counter()
            why = await self._tried(step)
            if began >= counts_from:
                self._count(step, why, time.perf_counter() - began)
        if self._line:
            self._line[1].close()

    def _count(self, step: Step, why: str, took: float) -> None:
        self._seen.latencies.setdefault(step.kind, []).append(took)
        if why:
            self._seen.fault(step.kind, why)

    async def _tried(self, step: Step) -> str:
        """Empty when all went well. A kept connection that the server had closed is opened anew."""
        kept = self._line is not None
        try:
            return await asyncio.wait_for(self._ask(step), PATIENCE)
        except (OSError, asyncio.IncompleteReadError) as fault:
            self._hang_up()
            if kept:
                self._seen.reconnected += 1
                return await self._tried(step)
            return type(fault).__name__
        except (TimeoutError, ValueError) as fault:
            self._hang_up()
            return type(fault).__name__

    def _hang_up(self) -> None:
        if self._line:
            self._line[1].close()
        self._line = None

    async def _ask(self, step: Step) -> str:
        if self._line is None:
            self._line = await asyncio.open_connection(
                "127.0.0.1",
                self._orders["port"],
                limit=256 * 1024,
                local_addr=(address_of(self._person.number), 0),
            )
        reader, writer = self._line
        writer.write(step.raw)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, low = int(head.split(" ", 2)[1]), head.lower()
        length = int(low.split("content-length:", 1)[1].split("\r\n", 1)[0])
        body = await reader.readexactly(length)
        if "connection: close" in low:
            self._hang_up()
        self._person.saw(step.kind, head, body)
        return str(status) if status >= 400 else ""


async def drive(orders: dict[str, Any]) -> Seen:
    """All sessions side by side for `warm` + `seconds`."""
    seen, cookies = Seen(), orders["cookies"]
    start = time.perf_counter()
    counts_from = start + orders["warm"]
    ends = counts_from + orders["seconds"]
    people = (
        Person(n, cookies[n % len(cookies)], random.Random(orders["seed"] + n))
        for n in range(orders["sessions"])
    )
    await asyncio.gather(*(Session(each, orders, seen).live(counts_from, ends) for each in people))
    return seen


def peak_memory() -> float:
    """MB at most so far (getrusage would tell those of the parent before exec)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Orders in, figures out."""
    orders = json.load(sys.stdin)
    allow_files(orders["sessions"] + 200)
    began, own = time.perf_counter(), time.process_time()
    seen = asyncio.run(drive(orders))
    told = {
        "latencies": seen.latencies,
        "faults": seen.faults,
        "reconnected": seen.reconnected,
        "cpu": (time.process_time() - own) / (time.perf_counter() - began),
        "memory_mb": peak_memory(),
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()

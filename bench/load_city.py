"""A tenth of a city signed in at once on the production server: are pages there in time?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.city import BenchCity, bench_city
from bench.cpu import children_cpu, children_of
from bench.load import allow_files
from bench.webhook import process, until_up
from launcher.children import server
from launcher.places import Places
from portal.core.clock import now
from standins.processes import free_port

LIMIT = 0.300  # seconds at the 95th of a hundred
FASTER = 0.8  # each further run thinks this much shorter
SHORTEST = 1.0
KINDS = (
    "My Page", "to-do", "inbox", "notice", "search", "garbage", "ask (page)", "ask (answer)",
    "sign-in (form)", "sign-in (code)",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """How much of it."""

    residents: int
    sessions: int
    think: float
    seconds: float
    warm: float
    find: bool


@dataclass(frozen=True)
class Measured:
    """One run."""

    think: float
    told: dict[str, Any]
    seconds: float
    cpu: dict[str, float]  # cores, by process
    memory: dict[str, float]  # MB

    @property
    def all(self) -> list[float]:
        """Every request's seconds, the quickest first."""
        return sorted(took for each in self.told["latencies"].values() for took in each)

    @property
    def faults(self) -> int:
        """Requests that were not answered well."""
        return sum(self.told["faults"].values())

    @property
    def p95(self) -> float:
        """Seconds."""
        return at(self.all, 0.95)

    def row(self) -> str:
        """A line of the table of think times."""
        took = self.all
        share = " / ".join(f"{self.cpu[name]:.2f}" for name in ("portal", "postgres", "answers"))
        return (
            f"| {self.think:.1f} | {len(took) / self.seconds:,.0f} | {at(took, 0.5) * 1000:,.0f} "
            f"| {self.p95 * 1000:,.0f} | {at(took, 0.99) * 1000:,.0f} | {self.faults} "
            f"| {share} | {self.told['cpu']:.2f} |"
        )


def at(ordered: list[float], share: float) -> float:
    """The value below which `share` of them lie."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def report(wanted: Wanted) -> str:
    """The whole as Markdown."""
    allow_files(2 * wanted.sessions + 1000)  # the server inherits it
    with bench_city(wanted.residents) as city, served(city) as (port, pids):
        runs = list(_runs(wanted, city, port, pids))
    return "\n".join([*_head(wanted, city), *_kinds(runs[0]), *_thinking(runs), *_held(runs[0])])


def _runs(wanted: Wanted, city: BenchCity, port: int, pids: dict[str, int]) -> Iterator[Measured]:
    think = wanted.think
    while True:
        run = measure(wanted, think, city, port, pids)
        print(f"think {think:.1f} s: p95 {run.p95 * 1000:.0f} ms", file=sys.stderr, flush=True)
        yield run
        think *= FASTER
        if not wanted.find or run.p95 > LIMIT or run.faults or think < SHORTEST:
            return


def measure(
    wanted: Wanted, think: float, city: BenchCity, port: int, pids: dict[str, int]
) -> Measured:
    """One run of the generator; CPU is counted over all of it, the warm-up included."""
    orders = {
        "port": port,
        "sessions": wanted.sessions,
        "think": think,
        "seconds": wanted.seconds,
        "warm": wanted.warm,
        "seed": 1,
        "cookies": city.cookies,
    }
    before, began = {name: children_cpu(pid) for name, pid in pids.items()}, time.perf_counter()
    line = [sys.executable, "-P", "-m", "bench.load_process"]
    done = subprocess.run(line, input=json.dumps(orders), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    took = time.perf_counter() - began
    cpu = {name: (children_cpu(pid) - before[name]) / took for name, pid in pids.items()}
    memory = {name: _memory(pid) for name, pid in pids.items()}
    return Measured(think, json.loads(done.stdout), wanted.seconds, cpu, memory)


@contextmanager
def served(city: BenchCity) -> Iterator[tuple[int, dict[str, int]]]:
    """Granian and the answering process over the city; its port, and everybody's process id."""
    port, folder = free_port(), Places.under().data / "bench"
    made = city.environment
    answers = [sys.executable, "-P", "-m", "launcher", "answers", "serve"]
    with ExitStack() as stack:
        pids = {
            name: stack.enter_context(process(line, made, folder / f"load-{name}.log"))
            for name, line in {
                "answers": [*answers, "--socket", made["ANSWERS_SOCKET"]],
                "portal": server(port),
            }.items()
        }
        until_up(f"http://127.0.0.1:{port}/health/ready")
        _until_there(Path(made["ANSWERS_SOCKET"]))
        yield port, pids | {"postgres": city.postgres_pid}


def _until_there(socket: Path) -> None:
    for _ in range(600):
        if socket.exists():
            return
        time.sleep(0.1)
    raise RuntimeError("the answering process did not start")


def _memory(pid: int) -> float:
    """MB of a process and those below it, shared pages counted once (PSS)."""
    total = 0
    for each in [pid, *children_of(pid)]:
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _head(wanted: Wanted, city: BenchCity) -> list[str]:
    counts = ", ".join(f"{number:,} {table}" for table, number in city.counts.items())
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores shared by server, PostgreSQL and "
        f"generator; {counts}. {wanted.sessions:,} signed-in sessions, think time exponential with "
        f"mean {wanted.think:.0f} s, {wanted.seconds:.0f} s after {wanted.warm:.0f} s of warm-up.",
        "",
    ]


def _kinds(run: Measured) -> list[str]:
    rows = [
        f"| {kind} | {len(took):,} | {at(took, 0.5) * 1000:,.0f} | {at(took, 0.95) * 1000:,.0f} "
        f"| {at(took, 0.99) * 1000:,.0f} |"
        for kind in KINDS
        if (took := sorted(run.told["latencies"].get(kind, [])))
    ]
    faults = [f"- {number} × {what}" for what, number in run.told["faults"].items()]
    verdict = "held" if run.p95 <= LIMIT and not run.faults else "MISSED"
    return [
        "| request | number | p50 ms | p95 ms | p99 ms |",
        "|---|---|---|---|---|",
        *rows,
        "",
        f"**{len(run.all) / run.seconds:,.0f} requests/s, p95 {run.p95 * 1000:,.0f} ms "
        f"(limit {LIMIT * 1000:.0f}), {run.faults} errors: {verdict}.** "
        f"{run.told['reconnected']} kept connections had been closed and were opened anew.",
        *faults,
        "",
    ]


def _thinking(runs: list[Measured]) -> list[str]:
    last = runs[-1]
    passed = (
        f"p95 passes {LIMIT * 1000:.0f} ms between a think time of {last.think / FASTER:.1f} s "
        f"and one of {last.think:.1f} s."
        if len(runs) > 1 and last.p95 > LIMIT
        else "No run beyond the limit."
    )
    return [
        "| think s | requests/s | p50 ms | p95 ms | p99 ms | errors | cores: server / PostgreSQL "
        "/ answers | generator's cores |",
        "|---|---|---|---|---|---|---|---|",
        *(run.row() for run in runs),
        "",
        passed,
        "",
    ]


def _held(run: Measured) -> list[str]:
    held = ", ".join(f"{name} {amount:,.0f} MB" for name, amount in run.memory.items())
    return [f"Memory (PSS): {held}; generator {run.told['memory_mb']:,.0f} MB."]

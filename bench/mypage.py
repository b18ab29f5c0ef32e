"""What My Page costs: CPU by part, then requests a second on the production server."""

from __future__ import annotations

import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from urllib.request import urlopen

from sqlalchemy import text
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.city import BenchCity, bench_city
from bench.cpu import Parts, children_cpu, watched
from bench.load import drive
from launcher.children import server
from launcher.places import ROOT
from portal.core.clock import now

HOST = "localhost:8000"
WARM, HITS = 6_000, 4_000
ROUNDS = 8  # the least counts: other work on the machine only adds
# Measured floor of the stack on 2 cores (facts of the project): ms of CPU a page.
FLOOR = {"framework": 0.05, "session": 0.05, "SQL": 0.30, "rules": 0.0, "template": 0.48}
FLOOR_POSTGRES = 0.12
TARGET = 2.0
TARGET_SWEEP = 20.0  # seconds
SWEPT = (date(2026, 11, 20), date(2027, 4, 1), date(2027, 4, 2))


def report(residents: int, seconds: float, connections: list[int]) -> str:
    """The whole table as Markdown."""
    with bench_city(residents) as city:
        lines = [*_head(city), *_cpu_table(city), *_load_table(city, seconds, connections)]
        lines += ["", *_sweep_table(city)]
    return "\n".join(lines)


def _head(city: BenchCity) -> list[str]:
    counts = ", ".join(f"{number:,} {table}" for table, number in city.counts.items())
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {python}; {counts}.",
        "",
    ]


def _cpu_table(city: BenchCity) -> list[str]:
    chance = random.Random(1)
    request = EnvironBuilder("/my", base_url=f"http://{HOST}").get_environ()

    def hit() -> int:
        """One request as a WSGI server hands it over, answered to the last byte."""
        cookie = f"mado_resident={chance.choice(city.cookies)}"
        body, status, _ = run_wsgi_app(city.app, request | {"HTTP_COOKIE": cookie})
        if not status.startswith("200"):
            raise RuntimeError(f"My Page answered {status}")
        return sum(map(len, body))

    for _ in range(WARM):
        hit()
    size, own, database = min(
        (_round(city, hit) for _ in range(ROUNDS)), key=lambda each: each[1] + each[2]
    )
    parts = Parts()
    with watched(city.app, parts):
        began = time.process_time()
        for _ in range(HITS):
            hit()
        watched_total = (time.process_time() - began) / HITS * 1000
    shares = {name: spent / HITS * 1000 for name, spent in parts.seconds.items()}
    shares["framework"] = watched_total - sum(shares.values())
    rows = [
        f"| {name} | {shares.get(name, 0.0):.2f} | {FLOOR[name]:.2f} |"
        for name in ("framework", "session", "SQL", "rules", "template")
    ]
    floor = sum(FLOOR.values()) + FLOOR_POSTGRES
    return [
        "| part of one My Page | CPU ms | floor |",
        "|---|---|---|",
        *rows,
        f"| PostgreSQL | {database:.2f} | {FLOOR_POSTGRES:.2f} |",
        f"| **application + PostgreSQL, unwatched** | **{own + database:.2f}** | **{floor:.2f}** |",
        "",
        f"Target ≤ {TARGET} ms, by the least of {ROUNDS} rounds. "
        f"The parts are timed with watches on, which cost {max(0.0, watched_total - own):.2f} ms; "
        "the sum is without them. "
        f"The application is called as a WSGI server calls it, without a socket. "
        f"{size / 1024:.1f} KB of HTML a page on average.",
        "",
    ]


def _round(city: BenchCity, hit: Callable[[], int]) -> tuple[float, float, float]:
    """(bytes, CPU ms of the application, CPU ms of PostgreSQL) of a page, by a round of pages."""
    hits = HITS // ROUNDS
    postgres, began = children_cpu(city.postgres_pid), time.process_time()
    size = sum(hit() for _ in range(hits)) / hits
    own = (time.process_time() - began) / hits * 1000
    return size, own, (children_cpu(city.postgres_pid) - postgres) / hits * 1000


def _load_table(city: BenchCity, seconds: float, connections: list[int]) -> list[str]:
    rows = []
    with _server(city) as (port, pid):
        drive(port, "/my", HOST, city.cookies, 16, min(3.0, seconds))
        for number in connections:
            before, postgres = children_cpu(pid), children_cpu(city.postgres_pid)
            load = drive(port, "/my", HOST, city.cookies, number, seconds)
            done = max(1, len(load.latencies))
            spent = (children_cpu(pid) - before) / done * 1000
            database = (children_cpu(city.postgres_pid) - postgres) / done * 1000
            share = load.generator_cpu / load.seconds
            rows.append(
                f"| {number:,} | {done / load.seconds:,.0f} | {load.percentile(0.5):,.0f} "
                f"| {load.percentile(0.95):,.0f} | {load.percentile(0.99):,.0f} | {load.errors} "
                f"| {spent:.2f} + {database:.2f} | {share:.0%} |"
            )
    return [
        "| connections | requests/s | p50 ms | p95 ms | p99 ms | errors | server + PostgreSQL ms "
        "| generator's share of a core |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        "Granian with 2 workers; the generator shares the same cores and asks again without "
        "a pause, so these are the times of a server at its limit.",
    ]


def _sweep_table(city: BenchCity) -> list[str]:
    """The night of an ordinary day and of the two days on which most begins."""
    from portal.core.db import transaction
    from portal.mypage import newly_due

    rows = []
    for day in SWEPT:
        with city.app.app_context():
            with transaction() as session:  # a kept database has seen the night before
                session.execute(text("TRUNCATE newly_due"))
            before, began = children_cpu(city.postgres_pid), time.perf_counter()
            own = time.process_time()
            found = newly_due.sweep(day)
            took, own = time.perf_counter() - began, time.process_time() - own
            database = children_cpu(city.postgres_pid) - before
        rows.append(f"| {day} | {found:,} | {took:.1f} | {own:.1f} + {database:.1f} |")
    return [
        "| night before | newly due | seconds | CPU s, worker + PostgreSQL |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Everybody at once; target ≤ {TARGET_SWEEP:.0f} s.",
    ]


@contextmanager
def _server(city: BenchCity) -> Iterator[tuple[int, int]]:
    """The production server on a free port; yields its port and process id."""
    from standins.processes import free_port

    port = free_port()
    process = subprocess.Popen(
        server(port),
        cwd=ROOT,
        env=os.environ | city.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(15)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server ended at once") from None
            time.sleep(0.1)
    raise RuntimeError("the server did not start")

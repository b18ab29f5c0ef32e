"""What signing in and a token cost, for one worker, beside Canaille in the same run."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.canaille import NotInstalled, canaille
from bench.cpu import children_cpu
from bench.ours import Ours, ours
from bench.sending import Sent, prepared, send
from bench.serving import Served
from bench.tools import Tool, code_in
from launcher.places import Places
from launcher.services import EmbeddedPostgres
from portal.core.clock import now

CONNECTIONS = 4
WARM = 50
BATCH = {"ours": 400, "canaille": 100}  # requests a round: enough of the kernel's 10 ms ticks
PAGE_TARGET = 1.0  # ms
SHARE = 3  # a token costs at most this part of the peer's


@dataclass
class Cost:
    """CPU ms a request, application and PostgreSQL, and requests a second, of each round."""

    rounds: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def least(self) -> tuple[float, float, float]:
        """The round that cost least in all: what others do on the machine only adds."""
        return min(self.rounds, key=lambda one: one[0] + one[1])

    @property
    def total(self) -> float:
        """Application and PostgreSQL."""
        return self.least[0] + self.least[1]

    def row(self, name: str, target: str = "") -> str:
        """A line of the table."""
        application, database, rate = self.least
        full = 1000 / max(application, 0.01)
        return (
            f"| {name} | {application:.2f} | {database:.2f} | **{self.total:.2f}** "
            f"| {rate:,.0f} | {full:,.0f} | {target} |"
        )


@dataclass
class Side:
    """One provider under measurement."""

    name: str
    server: Served
    tool: Tool
    postgres_pid: int
    sign_in_page: str
    redirect: int
    costs: dict[str, Cost] = field(default_factory=dict)

    def round(self) -> None:
        """Pages, codes, and every code redeemed."""
        number = BATCH[self.name]
        page = prepared("GET", self.sign_in_page, self.tool.host)
        self._measure("page", [page] * number, 200)
        asked = self._measure("code", [self.tool.authorize() for _ in range(number)], self.redirect)
        codes = [code_in(answer) for answer in asked.answers]
        self._measure("token", [self.tool.redeem(code) for code in codes], 200)

    def _measure(self, what: str, requests: list[bytes], status: int) -> Sent:
        before = self.server.cpu(), children_cpu(self.postgres_pid)
        sent = send(self.server.port, requests, CONNECTIONS).insist(status)
        spent = (self.server.cpu() - before[0], children_cpu(self.postgres_pid) - before[1])
        number = len(requests)
        each = (spent[0] / number * 1000, spent[1] / number * 1000, number / sent.seconds)
        self.costs.setdefault(what, Cost()).rounds.append(each)
        return sent

    def alone(self) -> None:
        """The least the peer's token endpoint can do: a token of no resident."""
        self._measure("alone", [self.tool.alone() for _ in range(BATCH[self.name])], 200)

    def forget(self) -> None:
        """What was measured while it warmed up."""
        self.costs.clear()


def report(rounds: int, sign_ins: int) -> str:
    """The whole table as Markdown."""
    folder = Places.under().data / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(folder / "postgres") as postgres:
        url = _fresh(postgres, "bench_auth")
        with ours(folder, url, sign_ins + 10) as city:
            mine = Side("ours", city.server, city.tool, postgres.pid or 0, "/sign-in", 303)
            with _peer(folder / "canaille", postgres) as (peer, why):
                _rounds([mine, *([peer] if peer else [])], rounds)
                peer_memory = peer.server.memory() if peer else None
            signing = _sign_ins(city, postgres.pid or 0, sign_ins)
            memory = city.server.memory()
    lines = [*_head(), *_table(mine, peer, signing.cost), "", *_verdict(mine, peer, why)]
    return "\n".join([*lines, "", signing.words, "", _memory(memory, peer_memory)])


def _fresh(postgres: EmbeddedPostgres, name: str) -> str:
    if postgres.has_database(name):
        postgres.drop_database(name)
    return postgres.create_database(name)


@contextmanager
def _peer(folder: Path, postgres: EmbeddedPostgres) -> Iterator[tuple[Side | None, str]]:
    url = _fresh(postgres, "bench_canaille")
    try:
        running = canaille(folder, url)
        server, tool = running.__enter__()
    except NotInstalled as fault:
        yield None, str(fault)
        return
    try:
        yield Side("canaille", server, tool, postgres.pid or 0, "/login", 302), ""
    finally:
        running.__exit__(None, None, None)


def _rounds(sides: list[Side], rounds: int) -> None:
    """One side after the other, again and again, so that both meet the same machine."""
    for number in range(rounds + 1):
        for side in sides:
            side.round()
            if side.name == "canaille":
                side.alone()
            if number == 0:
                side.forget()


@dataclass(frozen=True)
class Signing:
    """Whole sign-ins by LINE."""

    cost: Cost
    words: str


def _sign_ins(city: Ours, postgres_pid: int, number: int) -> Signing:
    for person in city.people[:10]:
        city.sign_in(person)
    pids = {"stand-in": city.line.process.pid if city.line.process else 0, "Valkey": city.redis_pid}
    clocks: dict[str, Callable[[], float]] = {"application": city.server.cpu}
    clocks["PostgreSQL"] = lambda: children_cpu(postgres_pid)
    for name, pid in pids.items():
        clocks[name] = lambda pid=pid: children_cpu(pid)  # type: ignore[misc]
    before = {name: clock() for name, clock in clocks.items()}
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as visitors:
        list(visitors.map(city.sign_in, city.people[10 : 10 + number]))
    seconds = time.perf_counter() - began
    spent = {name: (clock() - before[name]) / number * 1000 for name, clock in clocks.items()}
    cost = Cost([(spent["application"], spent["PostgreSQL"], number / seconds)])
    words = (
        f"{number} full sign-ins by LINE, each by another resident: sign-in page, LINE, callback, "
        f"authenticator code, session. Ours are six requests, in which the portal calls LINE "
        f"twice; not ours and not in the table: the LINE stand-in {spent['stand-in']:.2f} ms, "
        f"Valkey {spent['Valkey']:.2f} ms a sign-in, and the browser."
    )
    return Signing(cost, words)


def _head() -> list[str]:
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        f"Measured {now():%Y-%m-%d} on {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {python}; one granian worker each, {CONNECTIONS} "
        "connections, the generator on the same cores; CPU ms by the kernel's count, the least "
        "of the rounds.",
        "",
    ]


def _table(mine: Side, peer: Side | None, signing: Cost) -> list[str]:
    rows = [
        mine.costs["page"].row("sign-in page", f"≤ {PAGE_TARGET:.1f}"),
        mine.costs["code"].row("code for a signed-in resident"),
        mine.costs["token"].row("token: code redeemed, PKCE, ID token, refresh token", "≤ ⅓"),
        signing.row("full sign-in by LINE, second step included"),
    ]
    if peer:
        rows += [
            peer.costs["page"].row("Canaille: sign-in page"),
            peer.costs["code"].row("Canaille: code"),
            peer.costs["token"].row("Canaille: token, the same request"),
            peer.costs["alone"].row("Canaille: token of no resident (client_credentials)"),
        ]
    return [
        "| | application ms | PostgreSQL ms | in all | measured/s | a worker's core is full at/s "
        "| target |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]


def _verdict(mine: Side, peer: Side | None, why: str) -> list[str]:
    token, page = mine.costs["token"].total, mine.costs["page"]
    said = [f"Sign-in page: {page.least[0]:.2f} ms of the application (target ≤ {PAGE_TARGET})."]
    if peer is None:
        return [*said, f"Canaille could not be installed here, so ours stands alone: {why}"]
    same, alone = peer.costs["token"].total, peer.costs["alone"].total
    return [
        *said,
        f"A token of ours costs 1/{same / token:.1f} of the same request at Canaille, and "
        f"1/{alone / token:.1f} of the cheapest its token endpoint answers (target 1/{SHARE}).",
    ]


def _memory(mine: tuple[float, float], peer: tuple[float, float] | None) -> str:
    said = f"Memory of the worker afterwards: {mine[0]:.0f} MB RSS, {mine[1]:.0f} MB PSS"
    return said + (f" (Canaille {peer[0]:.0f}, {peer[1]:.0f})." if peer else ".")

"""What pages weigh, and what Lighthouse says of the ten main ones on a slow phone."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from bench.proxy import nginx
from launcher import browser, node
from launcher.page_check import people
from launcher.places import ROOT, Places

LIGHTHOUSE = ROOT / "bench" / "lighthouse"
# Name, path, whether one is signed in.
PAGES = (
    ("Front page", "/", False),
    ("Sign-in", "/sign-in", False),
    ("My Page", "/my", True),
    ("Family", "/family", True),
    ("Notices", "/inbox", True),
    ("Questions", "/ask", False),
    ("Garbage", "/garbage", False),
    ("Services", "/services", False),
    ("Search", "/search?q=%E5%85%90%E7%AB%A5%E6%89%8B%E5%BD%93", False),
    ("Report", "/reports/new", False),
)
SCORES = ("performance", "accessibility", "best-practices")
WANTED, FIRST_CARD = 98, 1000  # points; ms to the first useful card
FIRST_VISIT, LATER_VISIT = 60, 15  # KB transferred
PEER = 661  # KB of data Mijn Amsterdam sends for the same screen (facts of the project)


@dataclass(frozen=True)
class Weight:
    """Bytes on the wire of one opening of My Page."""

    first: int
    later: int


def report(runs: int) -> str:
    """The whole table as Markdown; needs a quiet machine."""
    node.ensure(LIGHTHOUSE)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mado-weight-")))
        city = stack.enter_context(people.demo_city(folder))
        portal = str(city["public_url"]).partition("//")[2]
        base = stack.enter_context(nginx(folder, portal, people.free_port()))
        chromium = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=str(browser.find_chromium()), args=["--no-sandbox"]
        )
        stack.callback(chromium.close)
        context = chromium.new_context(locale="ja-JP", viewport={"width": 375, "height": 812})
        who = people.resident_of(city, Places.under(folder))
        people.resident_signs_in(context, base, who)
        found = _lighthouse(base, _cookie(context, base), runs)
        # A service worker would fetch where nobody counts; what it does not, the cache keeps.
        fresh = chromium.new_context(
            storage_state=context.storage_state(), service_workers="block", locale="ja-JP"
        )
        weight = _weigh(fresh, base)
    return "\n".join([*_scores(found, runs), "", *_weights(weight)])


def _cookie(context: BrowserContext, base: str) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in context.cookies(base))


def _lighthouse(base: str, cookie: str, runs: int) -> dict[str, list[dict[str, Any]]]:
    pages = [
        {"name": name, "url": base + path, "cookie": cookie if signed_in else ""}
        for name, path, signed_in in PAGES
    ]
    told = {"chrome": str(browser.find_chromium()), "runs": runs, "pages": pages}
    done = subprocess.run(
        [str(node.program()), "run.mjs"],
        cwd=LIGHTHOUSE,
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, list[dict[str, Any]]] = {name: [] for name, _, _ in PAGES}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        if one["fault"]:
            raise RuntimeError(f"{one['name']}: {one['fault']}")
        found[one["name"]].append(one)
    return found


def _scores(found: Mapping[str, Sequence[Mapping[str, Any]]], runs: int) -> list[str]:
    some = next(iter(found.values()))
    network = some[0]["network"]
    machine = median(one["machine"] for rows in found.values() for one in rows)
    lines = [
        f"Lighthouse, median of {runs}: mobile, simulated slow 4G (round trip "
        f"{network['rttMs']} ms, {network['throughputKbps']:.0f} kbit/s), CPU slowed down "
        f"{some[0]['slowdown']} times, benchmark index {machine:.0f}, {os.cpu_count()} cores. "
        f"Wanted: {WANTED} points, first content within {FIRST_CARD} ms.",
        "",
        "| Page | Performance | Accessibility | Best practices | First content ms "
        "| Largest content ms | Blocked ms | Server ms | KB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    return lines + [_row(name, rows) for name, rows in found.items()]


def _row(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    def middle(key: str) -> float:
        return float(median(one[key] for one in rows))

    scores = [f"{round(100 * middle(one))}" for one in SCORES]
    times = [f"{middle(one):.0f}" for one in ("fcp", "lcp", "tbt", "answer")]
    return f"| {name} | " + " | ".join([*scores, *times, f"{middle('bytes') / 1000:.0f}"]) + " |"


def _weigh(context: BrowserContext, base: str) -> Weight:
    """My Page in a new browser, then once more; bytes as Chromium counts them."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    counted = 0

    def count(event: Mapping[str, Any]) -> None:
        nonlocal counted
        counted += int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", count)
    totals = []
    for _ in range(2):
        counted = 0
        page.goto(f"{base}/my", wait_until="networkidle")
        totals.append(counted)
    page.close()
    return Weight(*totals)


def _weights(weight: Weight) -> list[str]:
    return [
        "| My Page, transferred | KB | at most | Mijn Amsterdam |",
        "|---|---:|---:|---:|",
        f"| first visit | {weight.first / 1000:.1f} | {FIRST_VISIT} | {PEER} |",
        f"| later visit | {weight.later / 1000:.1f} | {LATER_VISIT} | |",
    ]

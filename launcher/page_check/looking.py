"""One page in a real browser, at each width: what axe, the console and the measures say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, Request, ViewportSize

SIZES: tuple[ViewportSize, ...] = (
    {"width": 375, "height": 812},
    {"width": 1280, "height": 900},
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": RULES}}
# Controls lower or narrower than 44 px, but for links inside sentences, boxes inside a label that
# is tall enough, and what only readers see.
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((e) => e.type !== 'hidden' && !e.closest('.skip, .unseen') && e.checkVisibility())
  .filter((e) => {
    const of = e.matches('[type=checkbox], [type=radio]') ? e.closest('label') || e : e;
    const b = of.getBoundingClientRect();
    if (b.width <= 1 || b.height <= 1 || (b.height >= 43.5 && b.width >= 43.5)) return false;
    if (e.tagName !== 'A' || getComputedStyle(e).display !== 'inline') return true;
    const around = e.parentElement.innerText.trim().length;
    return around <= e.innerText.trim().length + 1;
  })
  .map((e) => { const b = e.getBoundingClientRect();
    return Math.round(b.width) + '×' + Math.round(b.height) + ' ' + e.outerHTML.slice(0, 90); })"""


@dataclass
class Seen:
    """What was found on one page, by width; `rules` counts what axe tried, by criterion."""

    path: str
    title: str = ""
    links: list[str] = field(default_factory=list)
    faults: dict[int, list[str]] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Faults at all widths."""
        return sum(map(len, self.faults.values()))


class Looker:
    """A page whose console and requests are listened to."""

    def __init__(self, page: Page, own_hosts: set[str], *, targets: bool) -> None:
        self.page = page
        self._hosts = own_hosts
        self._targets = targets
        self._said: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._said.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, one: ConsoleMessage) -> None:
        # Chromium's own line about a 4xx answer; the answer's status is looked at where it counts.
        if one.type == "error" and not one.text.startswith("Failed to load resource"):
            self._said.append(f"console: {one.text[:200]}")

    def _request(self, asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme in {"http", "https"} and parts.netloc not in self._hosts:
            self._said.append(f"other origin: {parts.scheme}://{parts.netloc}{parts.path}")

    def open(self, url: str) -> str:
        """Goes there; gives "" or, where no page of ours came, what came instead."""
        self._said.clear()
        self.page.set_viewport_size(SIZES[0])
        try:
            answer = self.page.goto(url)
        except Error as fault:
            return "file" if "Download is starting" in fault.message else fault.message[:80]
        kind = (answer.headers if answer else {}).get("content-type", "")
        if urlsplit(self.page.url).netloc not in self._hosts:
            return f"leads to {urlsplit(self.page.url).netloc}"
        if not kind.startswith("text/html"):
            return "file"
        return "" if answer and answer.status < 400 else f"status {answer and answer.status}"

    def look(self, path: str) -> Seen:
        """Everything about the page that is open."""
        seen = Seen(path, self.page.title(), self._links())
        for size in SIZES:
            self.page.set_viewport_size(size)
            width = size["width"]
            seen.faults[width] = [*self._said, *self._measured(width), *self._axe(seen)]
            self._said.clear()
        return seen

    def _links(self) -> list[str]:
        found: list[str] = self.page.evaluate("[...document.links].map((one) => one.href)")
        return found

    def _measured(self, width: int) -> list[str]:
        found = []
        wide = int(self.page.evaluate("document.documentElement.scrollWidth"))
        if wide > width:
            found.append(f"sideways: {wide} px wide")
        heads = self.page.locator("h1").count()
        if heads != 1:
            found.append(f"h1: {heads} of them")
        if self._targets:
            found += [f"small: {one}" for one in self.page.evaluate(SMALL)]
        return found

    def _axe(self, seen: Seen) -> list[str]:
        said: dict[str, Any] = Axe().run(self.page, options=AXE).response
        for name, into in (("passes", seen.passed), ("incomplete", seen.unsure)):
            for rule in said[name]:
                into.update(criteria(rule["tags"]))
        for rule in said["violations"]:
            seen.failed.update(criteria(rule["tags"]))
        return [
            f"axe {rule['id']}: {node['target'][0]} {node['html'][:120]}"
            for rule in said["violations"]
            for node in rule["nodes"][:5]
        ]


def criteria(tags: list[str]) -> list[str]:
    """`wcag143` is criterion 1.4.3, `wcag1411` is 1.4.11."""
    numbers = [tag.removeprefix("wcag") for tag in tags if tag.startswith("wcag")]
    return [f"{n[0]}.{n[1]}.{n[2:]}" for n in numbers if n.isdigit() and len(n) >= 3]

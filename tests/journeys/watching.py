"""A browser that tells what went wrong behind the page, and keeps pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Response,
    ViewportSize,
)

from tests.journeys.city import ROOT

PHONE: ViewportSize = {"width": 375, "height": 812}
DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 15_000  # milliseconds
SHARPNESS = 1.5  # of a phone's picture: readable in the README, and below 150 KB


class Watched:
    """Browser contexts whose console errors, failed requests and 4xx/5xx answers are kept."""

    def __init__(self, chromium: Browser, pictures: Path) -> None:
        self._chromium = chromium
        self._pictures = pictures
        self._contexts: list[BrowserContext] = []
        self._allowed: list[str] = []
        self.faults: list[str] = []

    def browser(self, *, desk: bool = False, **more: Any) -> BrowserContext:
        """A fresh person's browser: a phone, or a clerk's wide screen."""
        values: dict[str, Any] = {
            "viewport": DESK if desk else PHONE,
            "locale": "ja-JP",
            "timezone_id": "Asia/Tokyo",
            "device_scale_factor": 1 if desk else SHARPNESS,
        }
        context = self._chromium.new_context(**(values | more))
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda one: self._note(one.type == "error", one.text))
        context.on("weberror", lambda one: self._note(True, str(one.error)))
        context.on("requestfailed", lambda one: self._failed(one.url, one.failure or ""))
        context.on("response", self._answered)
        self._contexts.append(context)
        return context

    def _note(self, wrong: bool, words: str) -> None:
        # Chromium's own line about a 4xx answer says no address; _answered keeps the answer.
        if wrong and not words.startswith("Failed to load resource"):
            self.faults.append(words)

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # a page that is left stops its own requests
            self.faults.append(f"{why} {url}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400 and not any(part in answer.url for part in self._allowed):
            self.faults.append(f"{answer.status} {answer.url}")

    @contextmanager
    def refusing(self, part: str) -> Iterator[None]:
        """Answers of 4xx at addresses with this part are what the story is about."""
        self._allowed.append(part)
        yield
        self._allowed.remove(part)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The network is taken away: requests that fail by that are what the story is about."""
        before = len(self.faults)
        yield
        offline = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "ERR_FAILED")
        later = [one for one in self.faults[before:] if not any(w in one for w in offline)]
        self.faults[before:] = later

    def picture(self, page: Page, name: str) -> None:
        """What the person sees now; into docs/images when MADO_SCREENSHOTS=1."""
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)  # frames and smooth scrolling come to rest
        page.screenshot(path=self._folder() / f"{name}.png", animations="disabled")

    def step(self, page: Page, name: str) -> None:
        """One step of the residents' tour (docs/ja/ログインの案内.md): as wide as a phone."""
        assert width_of(page) <= PHONE["width"], name
        if pictures_wanted():
            page.mouse.move(0, 0)
            page.wait_for_timeout(300)
            file = ROOT / "docs" / "images" / "tour" / f"{name}.png"
            page.screenshot(path=file, animations="disabled", scale="css")

    def guide(self, page: Page, name: str, upon: Locator | None = None) -> None:
        """One picture of the residents' guide (docs/ja/マイページの案内.md): as wide as a phone."""
        assert width_of(page) <= PHONE["width"], name
        if pictures_wanted():
            page.mouse.move(0, 0)
            if upon is not None:
                upon.evaluate("one => { one.scrollIntoView(); window.scrollBy(0, -12); }")
            page.wait_for_timeout(300)
            file = ROOT / "docs" / "images" / f"mypage-{name}.png"
            page.screenshot(path=file, animations="disabled", scale="css")

    def last_pictures(self) -> list[str]:
        """A picture of every open page; gives addresses and files."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        said: list[str] = []
        for page in (one for context in self._contexts for one in context.pages):
            file = self._pictures / f"last-{len(said) + 1}.png"
            page.screenshot(path=file)
            said.append(f"{page.url} {file}")
        return said

    def _folder(self) -> Path:
        folder = self._pictures
        if pictures_wanted():
            folder = ROOT / "docs" / "images"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def close(self) -> None:
        """Ends every browser."""
        for context in self._contexts:
            context.close()


def pictures_wanted() -> bool:
    """Whether pictures go into docs/images, to be committed."""
    return os.environ.get("MADO_SCREENSHOTS") == "1"


def barriers(page: Page) -> str:
    """What axe finds wrong with the page; empty when nothing is."""
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


def width_of(page: Page) -> int:
    """How wide the page wants to be, in CSS pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth"))

"""Asks the city's website: politely, within its hosts, as its robots.txt allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from portal.core.clock import now
from portal.core.outgoing import Answer, Limits, Reader, Unreachable
from portal.core.outside import stand_in_address
from portal.core.settings import Settings
from portal.guide.city_pages.addresses import host_of
from portal.guide.city_pages.texts import text_of

AGENT = "MadoPages"
PAGE = Limits(seconds=20, most_bytes=3 * 1024 * 1024)
LISTING = Limits(seconds=60, most_bytes=50 * 1024 * 1024)
LONGEST_DELAY = 30.0  # seconds; a Crawl-delay beyond is not meant for us
BUSY = (429, 503)
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)


class Busy(Exception):
    """The website asks us to come again later."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass
class Website:
    """The city's website during one run. `pause` waits; tests need not."""

    settings: Settings
    hosts: tuple[str, ...]
    delay: float
    pause: Callable[[float], None] = time.sleep
    _asked: float = field(default=float("-inf"))
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def page(self, url: str, etag: str = "", last_modified: str = "") -> Answer:
        """A page, asked for only if it has changed; raises Unreachable and Busy."""
        return self._polite(url, PAGE, etag, last_modified)

    def listing(self, url: str, etag: str = "", last_modified: str = "") -> Answer:
        """A feed, sitemap or list."""
        return self._polite(url, LISTING, etag, last_modified)

    def _polite(self, url: str, limits: Limits, etag: str, last_modified: str) -> Answer:
        if not self._welcome(url):
            raise Unreachable("robots")
        self._wait()
        answer = self._reader(limits).get(url, _conditions(etag, last_modified))
        if answer.status in BUSY:
            raise Busy(waiting_time(answer.header("retry-after")))
        return answer

    def _reader(self, limits: Limits) -> Reader:
        agent = f"{AGENT}/1.0 (+{self.settings.PUBLIC_URL})"
        where = partial(stand_in_address, base=self.settings.OUTSIDE_SITES_URL)
        really = partial(_city_site, site=self.settings.CITY_SITE_URL, elsewhere=where)
        return Reader(self.settings, agent, self._ours, really, limits)

    def _ours(self, url: str) -> bool:
        return host_of(url) in self.hosts

    def _wait(self) -> None:
        left = self._asked + self.delay - time.monotonic()
        if left > 0:
            self.pause(left)
        self._asked = time.monotonic()

    def _welcome(self, url: str) -> bool:
        """RFC 9309: no robots.txt allows all; one that can not be read just now, nothing."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(f"{origin}/robots.txt")
        return self._robots[origin].can_fetch(AGENT, url)

    def _read_robots(self, url: str) -> RobotFileParser:
        rules = RobotFileParser(url)
        self._wait()
        answer = self._reader(Limits(seconds=10, most_bytes=512 * 1024)).get(url)
        if answer.status >= 500 or answer.status == 429:
            raise Unreachable("robots_away")
        lines = text_of(answer.body).splitlines() if answer.status == 200 else []
        rules.parse(lines)
        if (slower := rules.crawl_delay(AGENT)) is not None:
            self.delay = min(max(self.delay, float(slower)), LONGEST_DELAY)
        return rules


def waiting_time(retry_after: str) -> timedelta:
    """Retry-After (RFC 9110 §10.2.3) as a time to wait, within reason."""
    if retry_after.isdecimal() and len(retry_after) < 9:
        wait = timedelta(seconds=int(retry_after))
    else:
        try:
            at = parsedate_to_datetime(retry_after)
            wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now()
        except (ValueError, TypeError):
            wait = SHORTEST_WAIT
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


def later(wait: timedelta) -> datetime:
    """The moment to come again."""
    return now() + wait


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


def _city_site(url: str, site: str, elsewhere: Callable[[str], str]) -> str:
    return stand_in_address(url, site) if site else elsewhere(url)

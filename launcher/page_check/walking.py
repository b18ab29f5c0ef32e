"""From page to page by the links there are, so that no address is guessed."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from launcher.page_check.looking import Looker, Seen
from portal.core.web.access import access_of

SAME_ROUTE, SAME_QUERY = 2, 1  # pages of one route looked at: plain ones; with the same questions
LAST = ("sign-out", "logout")  # these end the walk of who opens them


@dataclass
class Walk:
    """What one person saw on one host."""

    who: str
    seen: list[Seen] = field(default_factory=list)
    others: dict[str, str] = field(default_factory=dict)  # path: what came instead of a page
    routes: set[str] = field(default_factory=set)  # endpoints asked for


class Routes:
    """The routes of one face: which of them an address leads to."""

    def __init__(self, app: Flask, face: str) -> None:
        self.face = face
        self._map = app.url_map.bind("localhost")
        self.rules = [rule for rule in app.url_map.iter_rules() if _is_page(app, rule, face)]
        self._ours = {rule.endpoint for rule in self.rules}

    def endpoint(self, path: str) -> str | None:
        """Of a path that somebody may open here."""
        try:
            endpoint, _ = self._map.match(path, method="GET")
        except (RequestRedirect, HTTPException):
            return None
        return str(endpoint) if endpoint in self._ours else None

    def plain(self) -> list[str]:
        """Addresses with nothing to fill in."""
        return sorted(rule.rule for rule in self.rules if not rule.arguments)


def _is_page(app: Flask, rule: Rule, face: str) -> bool:
    access = access_of(app, rule.endpoint)
    if access is None or "unknown" in access.faces or "GET" not in (rule.methods or ()):
        return False
    return face in access.faces


class Frontier:
    """Addresses to go to, each route only so often."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._known: set[str] = set()
        self._taken: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._waiting: deque[str] = deque()
        self._at_last: list[str] = []

    def add(self, addresses: Iterable[str]) -> None:
        """Those that are new and of a route not seen often enough."""
        for address in addresses:
            if address not in self._known and self._wanted(address):
                last = any(word in address for word in LAST)
                (self._at_last if last else self._waiting).append(address)
            self._known.add(address)

    def _wanted(self, address: str) -> bool:
        parts = urlsplit(address)
        endpoint = self._routes.endpoint(parts.path)
        asked = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
        if endpoint is None or {"lang", "letters"} & set(asked):  # all later pages would be so
            return False
        self._taken[endpoint, asked] += 1
        return self._taken[endpoint, asked] <= (SAME_QUERY if asked else SAME_ROUTE)

    def next(self) -> str | None:
        """The address that has waited longest."""
        if self._waiting:
            return self._waiting.popleft()
        return self._at_last.pop() if self._at_last else None


def walk(who: str, looker: Looker, base: str, routes: Routes, starts: list[str]) -> Walk:
    """Every page to be reached from `starts`."""
    done = Walk(who)
    frontier = Frontier(routes)
    frontier.add([*starts, *routes.plain()])
    looked: set[str] = set()
    while (path := frontier.next()) is not None:
        done.routes.add(routes.endpoint(urlsplit(path).path) or "")
        instead = looker.open(base + path)
        if instead:
            done.others[path] = instead
            continue
        landed = urlsplit(looker.page.url).path
        if landed != urlsplit(path).path:
            done.others[path] = f"leads to {landed}"
            if landed in looked:
                continue
        looked.add(landed)
        seen = looker.look(path)
        done.seen.append(seen)
        print(f"{who} {len(done.seen)}: {path} {seen.count or ''}", file=sys.stderr, flush=True)
        own = urlsplit(base).netloc
        frontier.add(_local(one) for one in seen.links if urlsplit(one).netloc == own)
    return done


def _local(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")

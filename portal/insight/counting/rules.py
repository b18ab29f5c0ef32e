"""What a page says of a visit, and how a visit grows: no database, no request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SEARCH_ENGINES = ("google.", "bing.", "yahoo.", "duckduckgo.", "ecosia.", "baidu.", "naver.")
ARRIVALS = ("search_engine", "line", "other_site", "direct")
SEARCHING = frozenset({"guide.search", "chat.ask"})
# Pages that answer something: whoever saw one has reached what they came for, as far as we can see.
REACHED = frozenset(
    {
        "catalogue_pages.service",
        "catalogue_pages.go_online",
        "certificates.kind",
        "facilities.show",
        "faq.question",
        "garbage.item",
        "garbage.kind",
        "garbage.district",
        "guide.links",
        "news.show",
        "mypage.todo",
    }
)
CLICKS = frozenset({"catalogue_pages.go_online", "news.show"})  # leads on from here
STARTS: Mapping[str, str] = {
    "auth.terms": "registration",
    "visits.new": "visit_sheet",
    "reports.tell_page": "report",
    "contact.index": "contact",
}
FINISHES: Mapping[str, str] = {
    "residents.welcome": "registration",
    "visits.new": "visit_sheet",
    "reports.send": "report",
    "contact.ask": "contact",
}
# Pages that Google Analytics, where a city wants it, may hear of: open to all, no secret in the
# address.
OPEN = REACHED - {"mypage.todo"} | {
    "guide.home",
    "catalogue_pages.services",
    "facilities.index",
    "faq.index",
    "news.index",
    "certificates.index",
}


@dataclass(frozen=True)
class View:
    """One page of a visit; `key` ties the pages of one visit for half an hour."""

    key: str
    endpoint: str
    act: bool = False
    arrival: str = "direct"
    signed_in: bool = False


@dataclass
class Growth:
    """What a batch of views adds to a visit."""

    pages: int = 0
    clicks: int = 0
    searched: bool = False
    reached: bool = False
    signed_in: bool = False
    arrival: str = "direct"
    started: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)

    def add(self, view: View) -> None:
        """One page more. Whoever finishes a task has reached something, too."""
        if not self.pages and not view.act:
            self.arrival = view.arrival
        self.pages += not view.act
        self.clicks += view.endpoint in CLICKS
        self.searched |= view.endpoint in SEARCHING
        self.signed_in |= view.signed_in
        if view.act and view.endpoint in FINISHES:
            self.started.add(FINISHES[view.endpoint])
            self.finished.add(FINISHES[view.endpoint])
        elif not view.act and view.endpoint in STARTS:
            self.started.add(STARTS[view.endpoint])
        self.reached |= view.endpoint in REACHED or bool(self.finished)


def arrival(referrer: str, own_host: str) -> str:
    """Where a visit comes from; nothing of the address is kept."""
    host = (urlsplit(referrer).netloc or "").lower()
    if not host or host == own_host:
        return "direct"
    if host.endswith(("line.me", "liff.line.me")):
        return "line"
    engine = any(host.startswith(name) or f".{name}" in host for name in SEARCH_ENGINES)
    return "search_engine" if engine else "other_site"

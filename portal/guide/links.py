"""The outside sites the city points to: what we ship, and links_kept puts the city's words over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import has_app_context

from portal.catalogue.load import read_yaml
from portal.catalogue.model import Text
from portal.catalogue.reading import FaultyEntry, Fields
from portal.catalogue.service_entry import read_text

FILE = Path(__file__).parent / "data" / "links.yaml"
GROUPS: Mapping[str, Text] = {
    "procedures": Text("手続き", "Procedures"),
    "family": Text("子育て", "Families"),
    "living": Text("住まい", "Living here"),
    "work": Text("仕事", "Work"),
    "safety": Text("安全", "Safety"),
    "culture": Text("本・スポーツ", "Books and sports"),
    "visiting": Text("まちを楽しむ", "Enjoying the town"),
}


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """One outside site. `system_browser`: must leave LINE's in-app browser (e-signatures)."""

    key: str
    group: str
    url: str
    title: Text
    summary: Text
    system_browser: bool

    @property
    def host(self) -> str:
        """Host name, shown so that people see where they are going."""
        return urlsplit(self.url).hostname or ""


_sources: list[Callable[[], Mapping[str, OutsideLink]]] = []


def use_source(source: Callable[[], Mapping[str, OutsideLink]]) -> None:
    """Let the city's own words be looked up first, within an application."""
    _sources[:] = [source]


def outside_links() -> Mapping[str, OutsideLink]:
    """The outside sites residents see, by key, in their order."""
    return _sources[0]() if _sources and has_app_context() else shipped_links()


@lru_cache(maxsize=1)
def shipped_links() -> Mapping[str, OutsideLink]:
    """The sites this program ships with, in the order of the file."""
    return read_links(FILE)


def read_links(file: Path) -> Mapping[str, OutsideLink]:
    """The outside sites of a file; raises FaultyEntry naming entry and field."""
    entries = read_yaml(file)
    if not isinstance(entries, list):
        raise FaultyEntry(f"{file.name}: expected a list of links")
    links = [_link(Fields(each, f"{file.name}: {n}")) for n, each in enumerate(entries, 1)]
    by_key = {link.key: link for link in links}
    if len(by_key) < len(links):
        raise FaultyEntry(f"{file.name}: key used twice")
    return by_key


def _link(fields: Fields) -> OutsideLink:
    link = OutsideLink(
        key=fields.text("key"),
        group=fields.text("group"),
        url=fields.text("url"),
        title=read_text(fields, "title"),
        summary=read_text(fields, "summary"),
        system_browser=fields.flag("system_browser", False),
    )
    fields.finish()
    if link.group not in GROUPS:
        raise fields.fault("group", f"expected one of {', '.join(GROUPS)}")
    if urlsplit(link.url).scheme != "https" or not link.host:
        raise fields.fault("url", "must be a full https address")
    return link


def link_for(online: str | None) -> OutsideLink | None:
    """The site a service's `online` names: one of ours by key, or a plain https address."""
    if online is None:
        return None
    if online in outside_links():
        return outside_links()[online]
    if not online.startswith("https://"):
        return None  # one of ours that staff have hidden
    name = Text("オンライン手続き", "Online")
    return OutsideLink("", "procedures", online, name, name, system_browser=True)

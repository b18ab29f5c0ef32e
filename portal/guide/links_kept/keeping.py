"""The links of the hub: what we ship, under the city's own words for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.catalogue.load import load_catalogue, shipped_catalogue
from portal.catalogue.model import Catalogue, Text
from portal.catalogue.store import store
from portal.core import audit
from portal.core.db import after_commit, rows
from portal.core.errors import N_, MadoError, NotFound
from portal.guide.links import GROUPS, OutsideLink, shipped_links, use_source
from portal.guide.links_kept.models import KeptLink

FIELDS = (
    "group",
    "url",
    "title_ja",
    "title_en",
    "summary_ja",
    "summary_en",
    "system_browser",
    "hidden",
)
ALL = """
SELECT key, "group", url, title_ja, title_en, summary_ja, summary_en, system_browser, hidden,
       position FROM kept_links
"""
# One number tells every process that something in its catalogue has changed; links are few and
# change seldom, so they share it: pages pay no query of their own for them.
CHANGED = """
INSERT INTO catalogue_version (id, number) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET number = catalogue_version.number + 1
"""


class BadLink(MadoError):
    """A link that can not stand; `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Kept:
    """A link with what staff alone see."""

    link: OutsideLink
    hidden: bool
    position: int


class LinkStore:
    """The links of one application in this process, renewed when the catalogue is."""

    def __init__(self) -> None:
        self._seen: Catalogue | None = None
        self._links: dict[str, Kept] = shipped()

    def current(self) -> dict[str, Kept]:
        """All links by key, in their order."""
        catalogue = load_catalogue()
        if catalogue is not self._seen:
            untouched = catalogue is shipped_catalogue()  # then nobody has changed a link either
            self._links = shipped() if untouched else over(rows(ALL, {}))
            self._seen = catalogue
        return self._links

    def forget(self) -> None:
        """Look again."""
        self._seen = None


def install(app: Flask) -> None:
    """Give the application its links."""
    app.extensions["mado.links"] = LinkStore()
    use_source(shown)


def every() -> dict[str, Kept]:
    """All links, hidden ones too."""
    found: LinkStore = current_app.extensions["mado.links"]
    return found.current()


def shown() -> Mapping[str, OutsideLink]:
    """The links residents see."""
    return {key: kept.link for key, kept in every().items() if not kept.hidden}


def shipped() -> dict[str, Kept]:
    """What this program ships with, a step of ten apart."""
    return {
        key: Kept(link, False, 10 * (number + 1))
        for number, (key, link) in enumerate(shipped_links().items())
    }


def over(kept: list[tuple[Any, ...]]) -> dict[str, Kept]:
    """What we ship with the city's words in their places."""
    links = shipped()
    for key, group, url, ja, en, text_ja, text_en, browser, hidden, position in kept:
        if group in GROUPS:
            link = OutsideLink(key, group, url, Text(ja, en), Text(text_ja, text_en), browser)
            links[key] = Kept(link, hidden, position)
    return dict(sorted(links.items(), key=lambda pair: (pair[1].position, pair[0])))


def keep(session: Session, key: str, **said: Any) -> None:
    """Keep the city's words for a link, a new one if nobody knows the key; raises BadLink."""
    _insist(said)
    known = every()
    row = session.get(KeptLink, key)
    if row is None:
        last = max((each.position for each in known.values()), default=0)
        position = known[key].position if key in known else last + 10
        row = KeptLink(key=key, position=position)
        session.add(row)
    for name in FIELDS:
        setattr(row, name, said[name])
    session.flush()
    act = "link.changed" if key in known else "link.added"
    _changed(session, act, key, hidden=bool(said["hidden"]))


def move(session: Session, key: str, step: int) -> None:
    """Move a link one place up (-1) or down (1) within its group."""
    links = every()
    if key not in links:
        raise NotFound()
    group = [k for k, each in links.items() if each.link.group == links[key].link.group]
    there = group.index(key) + (1 if step > 0 else -1)
    if 0 <= there < len(group):
        other = group[there]
        _place(session, links[key], links[other].position)
        _place(session, links[other], links[key].position)
    _changed(session, "link.moved", key, step=1 if step > 0 else -1)


def said_of(kept: Kept) -> dict[str, Any]:
    """A link in the words of the form."""
    link = kept.link
    return {
        "group": link.group,
        "url": link.url,
        "title_ja": link.title.ja,
        "title_en": link.title.en,
        "summary_ja": link.summary.ja,
        "summary_en": link.summary.en,
        "system_browser": link.system_browser,
        "hidden": kept.hidden,
    }


def _place(session: Session, kept: Kept, position: int) -> None:
    key = kept.link.key
    row = session.scalar(select(KeptLink).where(KeptLink.key == key).with_for_update())
    if row is None:
        row = KeptLink(key=key, **said_of(kept))
        session.add(row)
    row.position = position
    session.flush()


def _changed(session: Session, act: str, key: str, **more: Any) -> None:
    session.execute(text(CHANGED))
    audit.record(session, act, ("link", key), **more)
    after_commit(session, store().forget)


def _insist(said: dict[str, Any]) -> None:
    if said["group"] not in GROUPS:
        raise BadLink("group", N_("Please choose one."))
    try:
        parts = urlsplit(said["url"])
        whole = parts.scheme == "https" and bool(parts.hostname) and not parts.username
    except ValueError:
        whole = False
    if not whole or not said["url"].isprintable() or " " in said["url"]:
        raise BadLink("url", N_("Please give a full address that begins with https://."))

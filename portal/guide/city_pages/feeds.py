"""RSS 2.0, RSS 1.0 (RDF), Atom: the pages a feed tells of."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from lxml import html

from portal.guide.city_pages.addresses import absolute
from portal.guide.city_pages.found import Found, UnreadableSource, day_in, moment_in
from portal.guide.city_pages.texts import xml_text

# dict.get: feedparser's own get answers "updated" with "published" and warns.
DATES = ("updated", "published", "created", "date")
JAPAN = timedelta(hours=9)


def read_feed(body: bytes, content_type: str, base: str) -> list[Found]:
    """The feed's pages, newest first as it gives them; raises UnreadableSource."""
    text = xml_text(body, content_type)
    refuse_attacks(text)
    told = feedparser.parse(
        text.encode(),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not told.version and not told.entries:
        raise UnreadableSource("no_feed")
    return [_found(entry, base) for entry in told.entries if entry.get("link")]


def refuse_attacks(text: str) -> None:
    """Entities of the document's own (billion laughs, files of ours) are never expanded."""
    try:
        fromstring(text, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise UnreadableSource("dangerous_xml") from None
    except (SyntaxError, ValueError):
        pass  # not well-formed: feedparser's tolerant reader knows no entities of its own


def _found(entry: Any, base: str) -> Found:
    tags = [tag.get("term") or "" for tag in entry.get("tags", ())]
    return Found(
        link=absolute(entry.link, base),
        title=words_of(entry.get("title", "")),
        category=next((words_of(term) for term in tags if term), ""),
        updated=_updated(entry),
        summary=words_of(entry.get("summary", "")),
    )


def _updated(entry: Any) -> datetime | None:
    for name in DATES:
        written = dict.get(entry, name, "")
        # feedparser reads a time without a zone as Greenwich's; here it is Japan's.
        if found := moment_in(written):
            return found
        if parsed := dict.get(entry, f"{name}_parsed"):
            found = datetime.fromtimestamp(timegm(parsed), UTC)
            return found if _names_zone(written) else found - JAPAN
    return next((day for name in DATES if (day := day_in(dict.get(entry, name, "")))), None)


def _names_zone(written: str) -> bool:
    last = written.split()[-1:] or [""]
    return last[0].isalpha() or last[0][:1] in "+-"


def words_of(markup: str) -> str:
    """The words of a piece of HTML."""
    if "<" not in markup and "&" not in markup:
        return markup
    try:
        return str(html.fromstring(f"<div>{markup}</div>").text_content())
    except (ValueError, SyntaxError, AssertionError):
        return ""

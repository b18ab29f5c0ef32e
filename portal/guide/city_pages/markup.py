"""List pages and single pages of a CMS without feeds, by the places staff name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cssselect import SelectorError
from lxml import etree, html

from portal.guide.city_pages.addresses import absolute
from portal.guide.city_pages.found import Found, UnreadableSource, day_in, moment_in
from portal.guide.city_pages.texts import text_of

UPDATED_META = (
    'meta[property="article:modified_time"]',
    'meta[name="last-modified"]',
    'meta[property="article:published_time"]',
    'meta[name="date"]',
)
CRUMBS = ", ".join(
    f"{place} li"
    for place in (
        "nav[aria-label*=パンくず]",
        ".breadcrumb",
        ".breadcrumbs",
        "#breadcrumb",
        ".topicpath",
        ".pankuzu",
    )
)
MARKS = ("更新日", "最終更新", "掲載日", "公開日")


@dataclass(frozen=True)
class Places:
    """CSS selectors: of a list's rows, of link, date and category within one."""

    row: str
    link: str = "a"
    date: str = ""
    category: str = ""


def check_selector(selector: str) -> bool:
    """Whether a selector can be understood."""
    try:
        html.Element("div").cssselect(selector)
    except (SelectorError, ValueError, etree.XPathError):
        return False
    return True


def read_list(body: bytes, content_type: str, base: str, places: Places) -> list[Found]:
    """The pages a list names; raises UnreadableSource where no row is found."""
    page = parsed(text_of(body, content_type))
    if page is None:
        raise UnreadableSource("no_page")
    rows = page.cssselect(places.row)
    found = [_row(row, base, places) for row in rows]
    if not any(found):
        raise UnreadableSource("no_rows")
    return [each for each in found if each]


def read_page(body: bytes, content_type: str, link: str, category: str = "") -> Found:
    """What a page says about itself. `category`: the selector of its category, if staff know."""
    page = parsed(text_of(body, content_type))
    if page is None:
        return Found(link)
    return Found(
        link=link,
        title=_title(page),
        category=_words(_first(page, category)) if category else _crumb(page),
        updated=_updated(page),
        summary=_meta(page, 'meta[name="description"]', 'meta[property="og:description"]'),
    )


def parsed(text: str) -> Any:
    """The document, None for an empty one."""
    try:
        # As bytes: lxml refuses text that declares an encoding (XHTML of old pages).
        return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return None


def _row(row: Any, base: str, places: Places) -> Found | None:
    link = row if row.tag == "a" else _first(row, places.link)
    if link is None or not link.get("href"):
        return None
    written = _words(_first(row, places.date)) if places.date else _words(row)
    return Found(
        link=absolute(link.get("href"), base),
        title=_words(link),
        category=_words(_first(row, places.category)) if places.category else "",
        updated=day_in(written),
    )


def _title(page: Any) -> str:
    """The heading, which carries no name of the site behind a bar."""
    for selector in ("h1", "title"):
        if words := _words(_first(page, selector)):
            return words
    return _meta(page, 'meta[property="og:title"]')


def _crumb(page: Any) -> str:
    """The last but one of the breadcrumbs: the shelf the page stands on."""
    crumbs = page.cssselect(CRUMBS)
    return _words(crumbs[-2]) if len(crumbs) > 2 else ""


def _updated(page: Any) -> datetime | None:
    if said := _meta(page, *UPDATED_META):
        return moment_in(said)
    for element in page.iter("p", "span", "div", "dd", "li", "time", "td"):
        words = _words(element)
        if len(words) < 60 and any(mark in words for mark in MARKS) and (day := day_in(words)):
            return day
    return None


def _meta(page: Any, *selectors: str) -> str:
    for selector in selectors:
        element = _first(page, selector)
        if element is not None and (said := (element.get("content") or "").strip()):
            return said
    return ""


def _first(element: Any, selector: str) -> Any:
    found = element.cssselect(selector)
    return found[0] if found else None


def _words(element: Any) -> str:
    return " ".join(str(element.text_content()).split()) if element is not None else ""

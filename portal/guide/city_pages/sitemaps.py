"""sitemap.xml and sitemap indexes (sitemaps.org 0.9), plain or zipped."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.core.outgoing import unzipped
from portal.guide.city_pages.addresses import absolute
from portal.guide.city_pages.found import Found, UnreadableSource, moment_in
from portal.guide.city_pages.texts import xml_text

MOST_BYTES = 50 * 1024 * 1024  # the protocol's own limit, unzipped
MOST_PAGES = 50_000  # of one file, the same


@dataclass(frozen=True)
class Sitemap:
    """Pages, or further sitemaps of an index."""

    pages: tuple[Found, ...] = ()
    parts: tuple[str, ...] = ()


def read_sitemap(body: bytes, content_type: str, base: str) -> Sitemap:
    """What the file lists; raises UnreadableSource or, for a bad gzip, Unreachable."""
    if body[:2] == b"\x1f\x8b":
        body = unzipped(body, MOST_BYTES)
    try:
        root = fromstring(xml_text(body, content_type), forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableSource("dangerous_xml") from None
    except (SyntaxError, ValueError):
        raise UnreadableSource("broken_xml") from None
    kind = _name(root)
    if kind == "sitemapindex":
        return Sitemap(parts=tuple(absolute(_text(each, "loc"), base) for each in root))
    if kind != "urlset":
        raise UnreadableSource("no_sitemap")
    return Sitemap(pages=tuple(_page(each, base) for each in root[:MOST_PAGES]))


def _page(element: Element, base: str) -> Found:
    updated = moment_in(_text(element, "lastmod"))
    return Found(link=absolute(_text(element, "loc"), base), updated=updated)


def _text(element: Element, name: str) -> str:
    return next((each.text or "" for each in element if _name(each) == name), "").strip()


def _name(element: Element) -> str:
    """Without the namespace, which is often forgotten or mistyped."""
    return str(element.tag).rpartition("}")[2].lower()

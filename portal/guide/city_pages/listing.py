"""What a source lists now: one feed, one list page, or a sitemap with all its parts."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.clock import now
from portal.core.outgoing import Answer, Unreachable
from portal.guide.city_pages.addresses import canonical
from portal.guide.city_pages.feeds import read_feed
from portal.guide.city_pages.found import Found, UnreadableSource, believable
from portal.guide.city_pages.markup import Places, read_list
from portal.guide.city_pages.models import PageSource
from portal.guide.city_pages.reading import Website
from portal.guide.city_pages.sitemaps import read_sitemap

MOST_PARTS = 100  # sitemaps of an index
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Listing:
    """Pages by canonical address; None: unchanged since the last time."""

    pages: dict[str, Found] | None
    etag: str = ""
    last_modified: str = ""


def listing_of(source: PageSource, site: Website) -> Listing:
    """Ask for what the source lists; raises Unreachable, Busy and UnreadableSource.

    A sitemap of which one part fails counts as failed: what stood in that part is not gone.
    """
    answer = site.listing(source.url, source.etag, source.last_modified)
    if answer.status == 304 and (source.etag or source.last_modified):
        return Listing(None, source.etag, source.last_modified)
    told, whole = _pages(source, site, answered(answer))
    pages = _kept(source, told)
    if told and not pages:
        raise UnreadableSource("other_hosts")
    if not whole:  # the parts of an index change behind its back
        return Listing(pages)
    return Listing(pages, answer.header("etag"), answer.header("last-modified"))


def answered(answer: Answer) -> Answer:
    """The answer if it is one; raises Unreachable."""
    if answer.status != 200:
        raise Unreachable(f"status_{answer.status}")
    return answer


def _pages(source: PageSource, site: Website, answer: Answer) -> tuple[list[Found], bool]:
    kind, base = answer.header("content-type"), answer.url
    if source.kind == "feed":
        return read_feed(answer.body, kind, base), True
    if source.kind == "list":
        places = Places(
            source.row_selector,
            source.link_selector,
            source.date_selector,
            source.category_selector,
        )
        return read_list(answer.body, kind, base, places), True
    first = read_sitemap(answer.body, kind, base)
    if len(first.parts) > MOST_PARTS:
        raise UnreadableSource("too_many_parts")
    pages = list(first.pages)
    for part in first.parts:
        more = answered(site.listing(part))
        pages += read_sitemap(more.body, more.header("content-type"), more.url).pages
    if len(pages) > MOST_PAGES:
        raise UnreadableSource("too_many_pages")
    return pages, not first.parts


def _kept(source: PageSource, told: list[Found]) -> dict[str, Found]:
    """The first word about each page of ours; feeds begin with the newest."""
    pages: dict[str, Found] = {}
    moment = now()
    for each in told:
        url = canonical(each.link, source.hosts)
        if url is None or not _within(url, source.within):
            continue
        tidy = each.tidy()
        said = Found(
            tidy.link, tidy.title, tidy.category, believable(tidy.updated, moment), tidy.summary
        )
        pages.setdefault(url, said)
    return pages


def _within(url: str, path: str) -> bool:
    return url.split("/", 3)[-1].startswith(path.lstrip("/")) if path else True

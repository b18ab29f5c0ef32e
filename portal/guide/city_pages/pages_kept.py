"""One page of a run: look at it, and keep what has changed. Row and page change together."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.clock import now
from portal.core.db import transaction
from portal.core.ids import new_id
from portal.core.outgoing import Answer, Unreachable
from portal.guide.city_pages.addresses import canonical
from portal.guide.city_pages.found import Found, believable
from portal.guide.city_pages.markup import read_page
from portal.guide.city_pages.models import CityPage, PageRunItem, PageSource
from portal.guide.city_pages.reading import Website
from portal.guide.city_pages.runs import told_of

ENOUGH_MISSES = 2  # in two runs: one failed publication takes nothing away
GONE = (404, 410)
HTML = ("text/html", "application/xhtml+xml")


def look_at(source: PageSource, site: Website, item_id: UUID) -> str:
    """Do one row's work; the reason where it failed, else "". Raises Busy, which leaves the row."""
    with transaction() as session:
        item = session.get_one(PageRunItem, item_id)
        page = _page(session, item.url)
    try:
        answer = _asked(source, site, item, page)
    except Unreachable as error:
        return _keep(source, item, None, error.reason)
    return _keep(source, item, answer, "")


def _asked(
    source: PageSource, site: Website, item: PageRunItem, page: CityPage | None
) -> Answer | None:
    """The page itself, where looking at it tells more than the list; asked outside transactions."""
    shown = page is not None and page.gone_at is None
    if item.task == "absent" or (page is not None and shown and page.source_id != source.id):
        return None
    if item.task == "listed" and not _worth_reading(source, told_of(item), page):
        return None
    link = str(item.told["link"])
    answer = site.page(link, page.etag, page.last_modified) if page and shown else site.page(link)
    if answer.status not in {200, 304, *GONE}:
        raise Unreachable(f"status_{answer.status}")
    return answer


def _worth_reading(source: PageSource, told: Found, page: CityPage | None) -> bool:
    if not source.reads_pages and told.title:
        return False
    if page is None or page.gone_at is not None or page.misses or told.updated is None:
        return True
    return page.updated_at is None or told.updated > page.updated_at


def _keep(source: PageSource, item: PageRunItem, answer: Answer | None, reason: str) -> str:
    with transaction() as session:
        row = session.get_one(PageRunItem, item.id)
        page = _page(session, item.url)
        row.outcome, row.reason = (
            ("failed", reason) if reason else _outcome(session, source, row, page, answer)
        )
        return row.reason if row.outcome == "failed" else ""


def _outcome(
    session: Session,
    source: PageSource,
    item: PageRunItem,
    page: CityPage | None,
    answer: Answer | None,
) -> tuple[str, str]:
    elsewhere = page is not None and page.source_id != source.id and page.gone_at is None
    if elsewhere:  # another source told of it first; two must not take turns to change it
        return "skipped", "other_source"
    if item.task == "absent" or (answer is not None and answer.status in GONE):
        why = "not_listed" if item.task == "absent" else f"status_{answer.status if answer else 0}"
        return _missed(page), why
    found = told_of(item)
    if answer is not None and answer.status == 200:
        kind = answer.header("content-type").split(";")[0].strip().lower()
        if kind not in HTML:
            return ("skipped", "not_html") if page is None else ("same", "")
        if canonical(answer.url, source.hosts) != item.url:
            # Deleted pages often lead to the front page; where it leads has a row of its own.
            return (_missed(page), "moved") if page is not None else ("skipped", "moved")
        if source.reads_pages or (page is None and not found.title):
            found = _read(source, item, found, answer)
    return _changed(session, source, item, page, found, answer)


def _read(source: PageSource, item: PageRunItem, told: Found, answer: Answer) -> Found:
    itself = read_page(
        answer.body,
        answer.header("content-type"),
        told.link,
        "" if source.kind == "list" else source.category_selector,
    ).tidy()
    said = told.over(itself)
    return Found(
        said.link, said.title, said.category, believable(said.updated, now()), said.summary
    )


def _missed(page: CityPage | None) -> str:
    if page is None:
        return "failed"
    page.misses += 1
    page.checked_at = now()
    if page.misses < ENOUGH_MISSES:
        return "missed"
    page.gone_at = page.changed_at = now()
    return "gone"


def _changed(
    session: Session,
    source: PageSource,
    item: PageRunItem,
    page: CityPage | None,
    found: Found,
    answer: Answer | None,
) -> tuple[str, str]:
    if page is not None:
        found = found.over(
            Found(page.link, page.title, page.category, page.updated_at, page.summary)
        )
    found = found.over(Found(found.link, category=source.category))
    if not found.title:
        return "failed", "no_title"
    if page is None:
        page = CityPage(id=new_id(), url=item.url, source_id=source.id, fingerprint="")
        session.add(page)
        outcome = "new"
    elif page.gone_at is not None:
        outcome = "new"
    else:
        outcome = "same" if page.fingerprint == found.fingerprint else "changed"
    _fill(page, source, found, answer)
    if outcome != "same":
        page.changed_at = now()
    return outcome, ""


def _fill(page: CityPage, source: PageSource, found: Found, answer: Answer | None) -> None:
    page.source_id = source.id
    page.link, page.title, page.category = found.link, found.title, found.category
    page.updated_at, page.summary = found.updated, found.summary
    page.fingerprint = found.fingerprint
    page.misses, page.gone_at, page.checked_at = 0, None, now()
    if answer is not None and answer.status == 200:
        page.etag, page.last_modified = answer.header("etag"), answer.header("last-modified")


def _page(session: Session, url: str) -> CityPage | None:
    return session.scalar(select(CityPage).where(CityPage.url == url))

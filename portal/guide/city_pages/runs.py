"""Beginning and ending a run: its rows are the work, so an interrupted one goes on where it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.ids import new_id
from portal.guide.city_pages.found import Found
from portal.guide.city_pages.listing import Listing
from portal.guide.city_pages.models import CityPage, PageRun, PageRunItem, PageSource

LOOK_AGAIN = timedelta(days=1)  # pages that no feed names any more are looked at once a day
MOST_LOOKS = 200  # of them in one run
SHRUNK = 0.5  # a sitemap with fewer than half the pages known is not believed
FEW = 10  # unless there are fewer than these
KEPT = ("new", "changed", "gone", "missed", "failed")  # outcomes that reports show


def unfinished(session: Session, source_id: UUID) -> PageRun | None:
    """The run to go on with."""
    return session.scalar(
        select(PageRun).where(PageRun.source_id == source_id, PageRun.finished_at.is_(None))
    )


def begin(session: Session, source: PageSource, listing: Listing) -> PageRun:
    """A run with a row for each page to look at; the listing is remembered with it."""
    run = PageRun(id=new_id(), source_id=source.id)
    if listing.pages is None:
        run.unchanged_list = True
        items = _left_over(session, source)
    else:
        run.listed = len(listing.pages)
        items = {url: ("listed", _told(found)) for url, found in listing.pages.items()}
        items |= _not_listed(session, source, run, set(listing.pages))
    if not source.complete:
        items = _to_check(session, source, set(items)) | items
    session.add(run)
    session.flush()
    _insert(session, run.id, items)
    if not run.fault:  # a list that is not believed is asked for again in full
        source.etag, source.last_modified = listing.etag, listing.last_modified
    return run


def begin_failed(session: Session, source: PageSource, fault: str) -> PageRun:
    """A run that ended at its first step: nothing is known of any page."""
    run = PageRun(id=new_id(), source_id=source.id, fault=fault)
    session.add(run)
    session.flush()
    finish(session, source, run)
    return run


def finish(session: Session, source: PageSource, run: PageRun) -> None:
    """Count, forget the rows that tell nothing, and say when to come again."""
    found = session.execute(
        select(PageRunItem.outcome, func.count())
        .where(PageRunItem.run_id == run.id)
        .group_by(PageRunItem.outcome)
    )
    run.counts = {str(outcome): number for outcome, number in found}
    run.finished_at = now()
    source.due_at = now() + timedelta(minutes=source.every_minutes)
    session.execute(
        delete(PageRunItem).where(PageRunItem.run_id == run.id, PageRunItem.outcome.not_in(KEPT))
    )
    shown = {name: run.counts.get(name, 0) for name in KEPT}
    audit.record(session, "pages.imported", ("page_source", source.id), fault=run.fault, **shown)


def told_of(item: PageRunItem) -> Found:
    """What the listing said of an item's page."""
    updated = item.told.get("updated")
    moment = datetime.fromisoformat(updated) if updated else None
    return Found(**(item.told | {"updated": moment}))


def sweep_old(session: Session, days: int = 90) -> None:
    """Forget reports nobody reads any more."""
    session.execute(
        delete(PageRun).where(
            PageRun.finished_at.is_not(None), PageRun.started_at < now() - timedelta(days=days)
        )
    )


Items = dict[str, tuple[str, dict[str, Any]]]


def _told(found: Found) -> dict[str, Any]:
    told = asdict(found)
    return told | {"updated": found.updated.isoformat() if found.updated else None}


def _insert(session: Session, run_id: UUID, items: Items) -> None:
    rows = [
        {"id": new_id(), "run_id": run_id, "url": url, "task": task, "told": told}
        for url, (task, told) in items.items()
    ]
    for start in range(0, len(rows), 1000):
        session.execute(insert(PageRunItem), rows[start : start + 1000])


def _known(session: Session, source: PageSource) -> list[CityPage]:
    """Pages shown that this source has told of."""
    return list(
        session.scalars(
            select(CityPage)
            .where(CityPage.source_id == source.id, CityPage.gone_at.is_(None))
            .order_by(CityPage.checked_at)
        )
    )


def _not_listed(session: Session, source: PageSource, run: PageRun, listed: set[str]) -> Items:
    """Pages a sitemap has no more; none of them where it has suddenly lost most."""
    if not source.complete:
        return {}
    known = _known(session, source)
    still = sum(page.url in listed for page in known)
    if len(known) >= FEW and still < SHRUNK * len(known):
        run.fault = "shrunk"
        return {}
    return _absent(page for page in known if page.url not in listed)


def _absent(pages: Iterable[CityPage]) -> Items:
    return {page.url: ("absent", {"link": page.link}) for page in pages}


def _to_check(session: Session, source: PageSource, others: set[str]) -> Items:
    before = now() - LOOK_AGAIN
    due = [
        page
        for page in _known(session, source)
        if page.url not in others and (page.misses or page.checked_at < before)
    ]
    return {page.url: ("check", {"link": page.link}) for page in due[:MOST_LOOKS]}


def _left_over(session: Session, source: PageSource) -> Items:
    """The list is as it was: what failed is tried again, what it did not have it still has not."""
    last = session.scalar(
        select(PageRun)
        .where(PageRun.source_id == source.id, PageRun.fault.in_(("", "shrunk")))
        .order_by(PageRun.started_at.desc())
        .limit(1)
    )
    items: Items = {}
    if last is not None:
        failed = session.scalars(
            select(PageRunItem).where(
                PageRunItem.run_id == last.id, PageRunItem.outcome == "failed"
            )
        )
        items = {each.url: (each.task, each.told) for each in failed}
    if source.complete:
        missing = [page for page in _known(session, source) if page.misses]
        items = _absent(missing) | items
    return items

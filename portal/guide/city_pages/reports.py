"""What staff see: how sources stand, what a run found, which pages there are, categories."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.errors import N_, NotFound
from portal.guide.city_pages.models import (
    CityPage,
    PageCategory,
    PageRun,
    PageRunItem,
    PageSource,
)

PER_PAGE = 50
MOST_ITEMS = 500
REASONS = {
    "": "",
    "robots": N_("robots.txt forbids it"),
    "robots_away": N_("robots.txt can not be read just now"),
    "no_answer": N_("No answer"),
    "no_such_host": N_("There is no such host"),
    "slow": N_("Too slow"),
    "too_big": N_("Too large"),
    "unreadable": N_("Can not be unpacked"),
    "certificate": N_("The certificate is not valid"),
    "address": N_("The address is not right"),
    "not_allowed": N_("Not one of the website's hosts"),
    "redirect_not_allowed": N_("Leads to another website"),
    "redirects": N_("Leads in a circle"),
    "private_address": N_("Leads into an inner network"),
    "stand_in": N_("A stand-in answers"),
    "no_feed": N_("This is no feed"),
    "no_sitemap": N_("This is no sitemap"),
    "no_page": N_("The page is empty"),
    "no_rows": N_("No row of the list was found"),
    "no_title": N_("The page has no title"),
    "broken_xml": N_("The XML is broken"),
    "dangerous_xml": N_("The XML is dangerous"),
    "other_hosts": N_("All pages are on other hosts"),
    "too_many_parts": N_("Too many parts"),
    "too_many_pages": N_("Too many pages"),
    "shrunk": N_("More than half of the pages are missing: not believed"),
    "not_listed": N_("Not in the list any more"),
    "moved": N_("Leads to another page"),
}
OUTCOMES = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "gone": N_("Gone"),
    "missed": N_("Missed once"),
    "failed": N_("Went wrong"),
}


def reason_key(code: str) -> str:
    """A reason as a message key; a status stays a number."""
    if code.startswith("status_"):
        return f"HTTP {code.removeprefix('status_')}"
    return REASONS.get(code, code)


def last_runs(session: Session) -> dict[UUID, PageRun]:
    """The newest run of each source."""
    newest = select(PageRun).ext(distinct_on(PageRun.source_id))
    found = session.scalars(newest.order_by(PageRun.source_id, PageRun.started_at.desc()))
    return {run.source_id: run for run in found}


def shown_counts(session: Session) -> dict[UUID, int]:
    """How many pages of each source are shown."""
    found = session.execute(
        select(CityPage.source_id, func.count())
        .where(CityPage.gone_at.is_(None))
        .group_by(CityPage.source_id)
    )
    return {row[0]: row[1] for row in found}


def runs_of(session: Session, source_id: UUID, most: int = 20) -> list[PageRun]:
    """The newest runs of a source."""
    return list(
        session.scalars(
            select(PageRun)
            .where(PageRun.source_id == source_id)
            .order_by(PageRun.started_at.desc())
            .limit(most)
        )
    )


def run_of(session: Session, run_id: UUID) -> tuple[PageRun, PageSource, list[PageRunItem]]:
    """A run with what it found; raises NotFound."""
    run = session.get(PageRun, run_id)
    if run is None:
        raise NotFound()
    items = session.scalars(
        select(PageRunItem)
        .where(PageRunItem.run_id == run_id, PageRunItem.outcome.in_(OUTCOMES))
        .order_by(PageRunItem.outcome, PageRunItem.url)
        .limit(MOST_ITEMS)
    )
    return run, session.get_one(PageSource, run.source_id), list(items)


def pages(
    session: Session, words: str, category: str, limit: int, offset: int
) -> tuple[list[CityPage], int]:
    """Pages with these words in title or address, and how many there are."""
    chosen = select(CityPage)
    for word in words.split()[:5]:
        like = f"%{_escaped(word)}%"
        chosen = chosen.where(CityPage.title.ilike(like) | CityPage.url.ilike(like))
    if category:
        chosen = chosen.where(CityPage.category == category)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    found = session.scalars(
        chosen.order_by(CityPage.changed_at.desc(), CityPage.id).limit(limit).offset(offset)
    )
    return list(found), total


def categories(session: Session) -> list[tuple[str, int, PageCategory | None]]:
    """Categories with how many pages and what staff said of them."""
    found = session.execute(
        select(CityPage.category, func.count(), PageCategory)
        .outerjoin(PageCategory, PageCategory.name == CityPage.category)
        .where(CityPage.gone_at.is_(None), CityPage.category != "")
        .group_by(CityPage.category, PageCategory.name)
        .order_by(CityPage.category)
    )
    return [(name, number, said) for name, number, said in found]


def tie(session: Session, name: str, *, interests: list[str], services: list[str]) -> None:
    """Say what a category has to do with."""
    row = session.get(PageCategory, name)
    if row is None:
        row = PageCategory(name=name)
        session.add(row)
    row.interests, row.services = interests, services
    session.flush()
    subject = ("page_category", name)
    audit.record(session, "page_category.changed", subject, interests=interests, services=services)


def as_dict(run: PageRun, source: PageSource, items: list[PageRunItem]) -> dict[str, Any]:
    """A run for programs."""
    return {
        "source": source.name,
        "run": str(run.id),
        "finished": run.finished_at is not None,
        "fault": run.fault,
        "listed": run.listed,
        "unchanged_list": run.unchanged_list,
        **{name: run.counts.get(name, 0) for name in (*OUTCOMES, "same", "skipped")},
        "failures": [
            {"url": item.url, "reason": item.reason} for item in items if item.outcome == "failed"
        ],
    }


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

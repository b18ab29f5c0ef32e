"""What staff say about a source: checked, kept, stopped; each with its entry in the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError, NotFound
from portal.core.ids import new_id
from portal.guide.city_pages.addresses import host_of
from portal.guide.city_pages.markup import check_selector
from portal.guide.city_pages.models import KINDS, PageSource

LISTING_FIELDS = ("kind", "url", "hosts", "within", "row_selector", "reads_pages", "category")
MOST_HOSTS = 10


class BadSource(MadoError):
    """A source that can not work; `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def every(session: Session) -> list[PageSource]:
    """All sources by name."""
    return list(session.scalars(select(PageSource).order_by(PageSource.name)))


def find(session: Session, source_id: UUID) -> PageSource:
    """One source; raises NotFound."""
    found = session.get(PageSource, source_id)
    if found is None:
        raise NotFound()
    return found


def add(session: Session, **said: Any) -> PageSource:
    """A new source, due at once; raises BadSource."""
    source = PageSource(id=new_id(), **_checked(said))
    _insist_on_name(session, source.name, None)
    session.add(source)
    session.flush()
    audit.record(session, "page_source.added", ("page_source", source.id), kind=source.kind)
    return source


def change(session: Session, source: PageSource, **said: Any) -> None:
    """New words about a source; where it lists otherwise now, its list is read anew."""
    before = {name: getattr(source, name) for name in said}
    values = _checked({**_as_said(source), **said})
    _insist_on_name(session, values["name"], source.id)
    for name, value in values.items():
        setattr(source, name, value)
    changed = sorted(name for name in said if before[name] != getattr(source, name))
    if any(name in LISTING_FIELDS or name.endswith("_selector") for name in changed):
        source.etag = source.last_modified = ""
    source.due_at = now()
    audit.record(session, "page_source.changed", ("page_source", source.id), fields=changed)


def _as_said(source: PageSource) -> dict[str, Any]:
    kept = {"id", "etag", "last_modified", "due_at", "created_at"}
    names = [column.key for column in PageSource.__table__.columns if column.key not in kept]
    return {name: getattr(source, name) for name in names}


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    hosts = said.get("hosts") or [host_of(said["url"])]
    if said["kind"] not in KINDS:
        raise BadSource("kind", N_("Please choose one."))
    if not host_of(said["url"]):
        raise BadSource("url", N_("Please give a full address that begins with https://."))
    if len(hosts) > MOST_HOSTS or any(host_of(f"https://{host}") != host for host in hosts):
        raise BadSource("hosts", N_("Please give plain host names, one a line."))
    if host_of(said["url"]) not in hosts:
        raise BadSource("hosts", N_("The host of the address must be among them."))
    _insist_on_selectors(said)
    # A sitemap has no titles: they are read from the pages.
    reads = bool(said.get("reads_pages")) or said["kind"] == "sitemap"
    return said | {"hosts": list(hosts), "reads_pages": reads}


def _insist_on_selectors(said: dict[str, Any]) -> None:
    if said["kind"] == "list" and not said.get("row_selector"):
        raise BadSource("row_selector", N_("Please fill this in."))
    for name in ("row_selector", "link_selector", "date_selector", "category_selector"):
        if said.get(name) and not check_selector(said[name]):
            raise BadSource(name, N_("This CSS selector can not be understood."))


def _insist_on_name(session: Session, name: str, but: UUID | None) -> None:
    other = session.scalar(select(PageSource.id).where(PageSource.name == name))
    if other is not None and other != but:
        raise BadSource("name", N_("There is one of this name already."))


def run_now(session: Session, source: PageSource) -> None:
    """Due at once."""
    if not source.active:
        raise Conflict(N_("This source is stopped."))
    source.due_at = now()
    audit.record(session, "page_source.run", ("page_source", source.id))

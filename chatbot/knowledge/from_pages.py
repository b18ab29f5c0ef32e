"""Takes questions from the city's own FAQ pages as drafts, and watches whether those change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chatbot.knowledge import editing
from chatbot.knowledge.city_faq import FoundQuestion, questions_on
from chatbot.knowledge.models import AnswerRevision, AnswerSource, Thing
from chatbot.knowledge.store import bodies_over, live_entries
from portal.core import audit, jobs
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import N_, MadoError, NotFound
from portal.core.ids import new_id
from portal.core.outgoing import Unreachable
from portal.guide.city_pages.models import PageSource
from portal.guide.city_pages.reading import Busy, Website
from portal.search.folding import folded

log = structlog.get_logger(__name__)

LOOK_EVERY_HOURS = 24
A_TICK = 5  # pages looked at in one tick
HTML = ("text/html", "application/xhtml+xml")
GONE = (404, 410)


class UnreadablePage(MadoError):
    """A page that can not be taken from; the message says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page's questions."""

    drafted: int
    known: int


def hosts() -> frozenset[str]:
    """Hosts whose pages may be read: those of the city's sources."""
    found = read().execute(select(PageSource.hosts).where(PageSource.active))
    return frozenset(host for row in found for host in row.hosts)


def fetch(url: str) -> list[FoundQuestion]:
    """The questions of a page of the city's; raises UnreadablePage."""
    allowed = hosts()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname not in allowed:
        raise UnreadablePage(N_("This is no page of the city's website."))
    found = _read(url, tuple(sorted(allowed)))
    if found is None:
        raise UnreadablePage(N_("This page is not there."))
    return found


def take(
    session: Session, url: str, found: Iterable[FoundQuestion], wanted: Iterable[str],
    *, by: UUID | None, around: dict[str, Any],
) -> Taken:  # fmt: skip
    """A draft for each wanted question; `around`: category, desk, owner, source title.

    A question that stands in an answer already is only watched from now on.
    """
    chosen, known = set(wanted), _by_question()
    drafted = watched = 0
    for one in found:
        if one.question not in chosen:
            continue
        key = known.get(folded(one.question))
        if key is None:
            key = f"faq_{new_id().hex[-10:]}"
            body = _body(key, one, url, around)
            editing.draft(session, Thing.FAQ, key, body, by=by, note=url)
            drafted += 1
        else:
            watched += 1
        _watch(session, key, url, one)
    audit.record(session, "answer.taken", ("answer_page", url), drafted=drafted, known=watched)
    return Taken(drafted, watched)


def look_again() -> int:
    """A tick: pages not looked at for a day; what changed waits for a clerk. Returns pages."""
    due = read().execute(
        select(AnswerSource.url)
        .group_by(AnswerSource.url)
        .having(func.max(AnswerSource.looked_at) < now() - _day())
        .limit(A_TICK)
    )
    urls = [row.url for row in due]
    for url in urls:
        jobs.ring_now("chatbot.knowledge.from_pages.look_at", url, queue="bulk")
    return len(urls)


def look_at(url: str) -> None:
    """The job: compare one page with what was taken from it."""
    try:
        found = _read(url, tuple(sorted(hosts())))
    except UnreadablePage as error:
        log.warning("knowledge.page_unread", reason=error.message)
        return
    with transaction() as session:
        compare(session, url, found or [])


def compare(session: Session, url: str, found: Iterable[FoundQuestion]) -> int:
    """Mark what the page says otherwise now; returns how many wait for a clerk."""
    by_question = {folded(one.question): one for one in found}
    digests = {one.digest for one in by_question.values()}
    asked = {key: question for question, key in _by_question().items()}
    changed = 0
    for source in session.scalars(select(AnswerSource).where(AnswerSource.url == url)):
        source.looked_at = now()
        if source.digest in digests:
            source.changed_at, source.found = None, ""
            continue
        same = by_question.get(asked.get(source.key, ""))
        words = f"{same.question}\n\n{same.answer}" if same else ""
        if source.changed_at is None or source.found != words:
            source.changed_at, source.found = now(), words
            subject = ("answer_faq", source.key)
            audit.record(session, "answer.page_changed", subject, gone=same is None)
        changed += 1
    return changed


def reviewed(session: Session, source_id: UUID, *, digest: str = "") -> AnswerSource:
    """A clerk has looked: what the page says now is what counts from here on."""
    source = session.get(AnswerSource, source_id, with_for_update=True)
    if source is None:
        raise NotFound()
    question, _, answer = source.found.partition("\n\n")
    if source.found:
        source.digest = FoundQuestion(question, answer).digest
        source.changed_at, source.found = None, ""
    else:
        session.delete(source)  # the page has the question no more: nothing to watch
    audit.record(session, "answer.page_reviewed", ("answer_faq", source.key))
    return source


def waiting() -> list[Any]:
    """Sources whose page says something else than what was taken."""
    table = AnswerSource.__table__
    wanted = table.c.changed_at.is_not(None)
    return list(read().execute(select(table).where(wanted).order_by(table.c.changed_at)))


def _read(url: str, allowed: tuple[str, ...]) -> list[FoundQuestion] | None:
    """The page's questions; None where it is gone."""
    site = Website(current_app.extensions["mado.settings"], allowed, 0)
    try:
        answer = site.page(url)
    except (Unreachable, Busy):
        raise UnreadablePage(N_("The page does not answer. Please try again later.")) from None
    if answer.status in GONE:
        return None
    kind = answer.header("content-type")
    if answer.status != 200 or kind.split(";")[0].strip().lower() not in HTML:
        raise UnreadablePage(N_("This is no page that can be read."))
    return questions_on(answer.body, kind)


def _body(key: str, one: FoundQuestion, url: str, around: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "faq",
        "category": around["category"],
        "desk": around["desk"],
        "owner": around["owner"],
        "links": [],
        "source": {"title": around["title"], "url": url},
        "valid_from": today().isoformat(),
        "texts": {"ja": {"question": one.question, "answer": one.answer, "aliases": []}},
    }


def _watch(session: Session, key: str, url: str, one: FoundQuestion) -> None:
    wanted = (AnswerSource.key == key) & (AnswerSource.url == url)
    source = session.scalar(select(AnswerSource).where(wanted))
    if source is None:
        session.add(AnswerSource(key=key, url=url, digest=one.digest))
    else:
        source.digest, source.changed_at, source.found = one.digest, None, ""
    session.flush()


def _by_question() -> dict[str, str]:
    """Keys of answers by their question, drafts with them."""
    bodies = list(bodies_over(live_entries())[Thing.FAQ].values())
    table = AnswerRevision.__table__
    wanted = (table.c.thing == Thing.FAQ) & table.c.state.in_(("draft", "proposed", "approved"))
    bodies += [row.body for row in read().execute(select(table.c.body).where(wanted)) if row.body]
    return {folded(str(body["texts"]["ja"]["question"])): str(body["key"]) for body in bodies}


def _day() -> Any:
    from datetime import timedelta

    return timedelta(hours=LOOK_EVERY_HOURS)

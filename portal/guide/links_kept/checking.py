"""Every night each link is looked at; what is broken is told to staff once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select, update

from portal.core import audit, jobs, outbox
from portal.core.clock import in_tokyo, now
from portal.core.db import rows, transaction
from portal.core.ids import new_id
from portal.core.outgoing import Answer, Limits, Reader, Unreachable
from portal.core.outside import address_of
from portal.core.settings import Settings
from portal.guide.links import OutsideLink
from portal.guide.links_kept import keeping
from portal.guide.links_kept.models import LinkCheck

NIGHT = range(2, 5)  # hours in Japan
EVERY = timedelta(hours=20)
AGAIN = timedelta(minutes=15)  # a link that failed is looked at again soon
SLOW = 5.0  # seconds
ENOUGH = 2  # failures in a row before anybody is told: a site may be restarting
KEEP_DAYS = 400
LIMITS = Limits(seconds=20, most_bytes=1024 * 1024)
JOB = "portal.guide.links_kept.checking.check"
# Sites that know browsers only refuse us with these: they stand, and are not broken.
ALIVE = (401, 403, 405, 429)
LAST = """
SELECT DISTINCT ON (key) key, at, state, reason FROM link_checks ORDER BY key, at DESC
"""
BROKEN = """
SELECT key FROM (
  SELECT key, state, row_number() OVER (PARTITION BY key ORDER BY at DESC) AS n FROM link_checks
) newest WHERE n <= 2 GROUP BY key HAVING count(*) = 2 AND bool_and(state = 'broken')
"""


@dataclass(frozen=True)
class Looked:
    """How a link was found."""

    state: str
    status: int | None
    reason: str
    ended_at: str
    ms: int


def sweep() -> int:
    """A tick: ring for links that are due. Returns rings."""
    last = {key: (at, state) for key, at, state, _ in rows(LAST, {})}
    due = [key for key in keeping.shown() if _due(*last.get(key, (None, "")), now())]
    for key in due:
        jobs.ring_now(JOB, key, queue="tick")
    return len(due)


def _due(at: datetime | None, state: str, moment: datetime) -> bool:
    if at is not None and state == "broken" and moment - at > AGAIN:
        return True
    rested = at is None or moment - at > EVERY
    return rested and (at is None or in_tokyo(moment).hour in NIGHT)


def broken() -> frozenset[str]:
    """Keys of links that failed twice in a row."""
    return frozenset(key for (key,) in rows(BROKEN, {}))


def check(key: str) -> None:
    """The job: look at one link and keep what was seen."""
    link = keeping.shown().get(key)
    if link is None or not _callable(link):
        return
    seen = look(link.url)
    with transaction() as session:
        check_id = new_id()
        session.add(
            LinkCheck(
                id=check_id,
                key=key,
                url=link.url,
                state=seen.state,
                status=seen.status,
                reason=seen.reason,
                ended_at=seen.ended_at,
                ms=seen.ms,
            )
        )
        session.execute(delete(LinkCheck).where(LinkCheck.at < now() - timedelta(days=KEEP_DAYS)))
    if seen.state == "broken":
        _tell(link, check_id, seen)


def look(url: str) -> Looked:
    """Ask for a page as a reader would."""
    settings: Settings = current_app.extensions["mado.settings"]
    agent = f"MadoLinks/1.0 (+{settings.PUBLIC_URL})"
    reader = Reader(settings, agent, lambda _: True, address_of, LIMITS)
    try:
        answer = reader.get(url)
    except Unreachable as error:
        if error.reason == "too_big":  # it answers: how much is no matter here
            return Looked("ok", None, "", "", 0)
        return Looked("broken", None, error.reason, "", 0)
    return _judged(answer, url)


def _judged(answer: Answer, url: str) -> Looked:
    ms = int(answer.seconds * 1000)
    ended = answer.url if answer.url != url else ""
    if answer.status >= 400 and answer.status not in ALIVE:
        return Looked("broken", answer.status, f"status_{answer.status}", ended, ms)
    if answer.seconds > SLOW:
        return Looked("slow", answer.status, "slow", ended, ms)
    return Looked("ok", answer.status, "", ended, ms)


def _callable(link: OutsideLink) -> bool:
    """A local city calls nobody real."""
    settings: Settings = current_app.extensions["mado.settings"]
    host = urlsplit(link.url).hostname or ""
    return not settings.OUTSIDE_SITES_URL or host.endswith(".example")


def _tell(link: OutsideLink, check_id: UUID, seen: Looked) -> None:
    """Tell staff of a link that failed twice, once until it is well again."""
    with transaction() as session:
        newest = list(
            session.scalars(
                select(LinkCheck)
                .where(LinkCheck.key == link.key)
                .order_by(LinkCheck.at.desc(), LinkCheck.id.desc())
                .limit(50)
            )
        )
        failed = []
        for each in newest:
            if each.state != "broken":
                break
            failed.append(each)
        if len(failed) < ENOUGH or any(each.reported_at for each in failed):
            return
        session.execute(update(LinkCheck).where(LinkCheck.id == check_id).values(reported_at=now()))
        audit.record(session, "link.broken", ("link", link.key), reason=seen.reason)
        settings: Settings = current_app.extensions["mado.settings"]
        if settings.REPORTS_TO:
            told = {
                "title": link.title.ja,
                "address": link.url,
                "reason": seen.reason,
                "page": f"{settings.STAFF_URL}/staff/links",
            }
            outbox.post(
                session, "mail", settings.REPORTS_TO, "portal_link_broken", told, language="ja"
            )

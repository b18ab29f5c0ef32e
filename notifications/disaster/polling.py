"""Asking the agency's feeds once a minute, for what changed, and each message once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.disaster import receiving
from notifications.disaster.feeds import Entry, entries
from notifications.disaster.models import DisasterFeed, DisasterMessage
from notifications.disaster.places import NoPlace, Place, place_of
from notifications.disaster.xml import MOST_BYTES, Unreadable
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.outgoing import Answer, Limits, Reader, Unreachable
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

FEEDS = ("eqvol", "extra")  # earthquakes and tsunami first: minutes count there
POLL = "notifications.disaster.polling.poll"
EVERY = timedelta(seconds=50)  # ticks come each minute, never exactly
GAP = timedelta(minutes=8)  # a short feed holds ten minutes; a longer silence needs the long one
MOST_FETCHED = 60  # in one round; the rest come with the next one
ROUND_SECONDS = 20.0
LIMITS = Limits(seconds=10, most_bytes=MOST_BYTES, redirects=0)
FEED_LIMITS = Limits(seconds=20, most_bytes=8 * 1024 * 1024, redirects=0)


def tick() -> None:
    """Ask a worker to look, where a feed is configured."""
    if settings().JMA_FEED_URL:
        jobs.ring_now(POLL, queue="tick")


def poll() -> None:
    """Look at each feed that has waited long enough."""
    place = our_place()
    if place is None:
        return
    for name in FEEDS:
        feed = _claim(name)
        if feed is not None:
            _look(feed, place)
    with transaction() as session:
        receiving.sweep(session)


def settings() -> Settings:
    """Of this application."""
    found: Settings = current_app.extensions["mado.settings"]
    return found


def our_place() -> Place | None:
    """The municipality of the settings, None where there is none or no feed."""
    given = settings().JMA_AREA or settings().CITY_CODE
    if not (settings().JMA_FEED_URL and given):
        return None
    try:
        return place_of(given)
    except NoPlace:
        log.error("disaster.no_place")
        return None


def _claim(name: str) -> DisasterFeed | None:
    """The feed's row before this look; None where somebody looked less than a minute ago."""
    with transaction() as session:
        session.execute(
            insert(DisasterFeed).values(name=name, etag="", last_modified="", fault="")
            .on_conflict_do_nothing()
        )  # fmt: skip
        waited = or_(DisasterFeed.asked_at.is_(None), DisasterFeed.asked_at < now() - EVERY)
        claimed = session.execute(
            update(DisasterFeed)
            .where(DisasterFeed.name == name, waited)
            .values(asked_at=now())
            .returning(DisasterFeed.name)
        ).first()
        return session.get(DisasterFeed, name) if claimed else None


def _look(feed: DisasterFeed, place: Place) -> None:
    long = feed.heard_at is None or feed.heard_at < now() - GAP
    base = settings().JMA_FEED_URL.rstrip("/")
    parts = urlsplit(base)
    asked = {} if long else {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    started = now()
    try:
        answer = _get(
            f"{base}/{feed.name}{'_l' if long else ''}.xml",
            {name: value for name, value in asked.items() if value},
            FEED_LIMITS,
        )
        if answer.status == 304:
            _heard(feed.name, started, None)
            return
        _only_good(answer)
        new = _unknown(entries(answer.body, place, f"{parts.scheme}://{parts.netloc}"))
    except (Unreachable, Unreadable) as error:
        _failed(feed.name, str(error))
        return
    # After a gap the newest first: it is what holds now, and what it replaced is history.
    turn = new[::-1] if long else new
    missed = len(turn) - _fetched(turn[:MOST_FETCHED], place)
    # What is still to come is asked for again: the feed must not answer "not modified".
    whole = not missed
    _heard(feed.name, started if whole else feed.heard_at, answer if whole and not long else None)
    log.info("disaster.polled", feed=feed.name, long=long, new=len(new), missed=missed)


def _fetched(turn: list[Entry], place: Place) -> int:
    """How many were taken; a slow server does not hold the worker from its other work."""
    ends, taken = time.monotonic() + ROUND_SECONDS, 0
    for entry in turn:
        if time.monotonic() > ends:
            break
        taken += _fetch(entry, place)
    return taken


def _fetch(entry: Entry, place: Place) -> bool:
    try:
        answer = _get(entry.address, {}, LIMITS)
        _only_good(answer)
    except Unreachable as error:
        if error.reason != "too_big":
            log.warning("disaster.not_fetched", family=entry.family, reason=error.reason)
            return False
        answer = Answer(200, entry.address, b"")  # kept as unreadable, not asked for again
    with transaction() as session:
        proposal = receiving.take(session, entry.address, answer.body, place)
    if proposal is not None:
        log.warning("disaster.proposed", family=entry.family, proposal=str(proposal))
    return True


def _get(url: str, headers: dict[str, str], limits: Limits) -> Answer:
    base = urlsplit(settings().JMA_FEED_URL)

    def ours(address: str) -> bool:
        return urlsplit(address)[:2] == (base.scheme, base.netloc)

    agent = f"Mado/1.0 (+{settings().PUBLIC_URL})"
    return Reader(settings(), agent, ours, lambda address: address, limits).get(url, headers)


def _only_good(answer: Answer) -> None:
    if answer.status != 200:
        raise Unreachable(f"status_{answer.status}")


def _unknown(found: list[Entry]) -> list[Entry]:
    addresses = [entry.address for entry in found]
    taken = set(
        read().execute(
            select(DisasterMessage.address).where(DisasterMessage.address.in_(addresses))
        ).scalars()
    )  # fmt: skip
    return [entry for entry in found if entry.address not in taken]


def _heard(name: str, at: datetime | None, answer: Answer | None) -> None:
    values: dict[str, object] = {"heard_at": at, "fault": ""}
    if answer is not None:
        values |= {
            "etag": answer.header("etag")[:200],
            "last_modified": answer.header("last-modified")[:100],
        }
    with transaction() as session:
        session.execute(update(DisasterFeed).where(DisasterFeed.name == name).values(**values))


def _failed(name: str, fault: str) -> None:
    log.warning("disaster.feed_failed", feed=name, fault=fault)
    with transaction() as session:
        session.execute(
            update(DisasterFeed).where(DisasterFeed.name == name).values(fault=fault[:100])
        )

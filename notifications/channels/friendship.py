"""Every night a part of LINE's residents is asked for: who blocked us unseen gets mail again.

A multicast skips who blocked the account, silently, and the event of a block can get lost (facts:
identity.md). Only LINE's 404 to the profile means "no friend"; each resident's turn is once in
PARTS nights, at a rate that leaves LINE's limits to those who wait for an answer.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from auth.identities import LINE, Identity
from notifications.channels import following
from notifications.channels.line import line_api
from portal.core import jobs
from portal.core.clock import TOKYO, now, today
from portal.core.db import Base, read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.residents.models import Resident

log = structlog.get_logger(__name__)
HOURS = range(2, 5)  # of Japan's night
PARTS = 28
AT_ONCE, PAUSE = 50, 0.1  # ten a second; LINE takes 2,000
WORK_FOR, CLAIM = 240, timedelta(minutes=6)
WORK = "notifications.channels.friendship.work"


class FriendshipRound(Base):
    """One night's round: how far it is, what it found."""

    __tablename__ = "friendship_rounds"

    day: Mapped[date] = mapped_column(primary_key=True)
    after: Mapped[UUID | None]  # the last resident asked for
    asked: Mapped[int] = mapped_column(default=0)
    stopped: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]


def tick() -> bool:
    """In the night, ring for a round that nobody works on; whether it rang."""
    if now().astimezone(TOKYO).hour not in HOURS:
        return False
    values = {"day": today(), "asked": 0, "stopped": 0, "started": 0, "claimed_until": now()}
    read().execute(insert(FriendshipRound).values(**values).on_conflict_do_nothing())
    waits = select(FriendshipRound.day).where(
        FriendshipRound.day == today(),
        FriendshipRound.done_at.is_(None),
        FriendshipRound.claimed_until <= now(),
    )
    if read().execute(waits).first() is None:
        return False
    jobs.ring_now(WORK, today().isoformat(), queue="bulk")
    return True


def work(day: str, pause: float = PAUSE) -> int:
    """A few minutes of a night's round; the next tick goes on. Gives how many were asked for."""
    night = date.fromisoformat(day)
    if not _claim(night):
        return 0
    until, count = time.monotonic() + WORK_FOR, 0
    while time.monotonic() < until:
        people = _next(night)
        if not people:
            _note(night, done_at=now())
            break
        try:
            count += _ask(night, people, pause)
        except (TryLater, NeverAgain) as trouble:  # refused for another reason than a block
            log.warning("line.friendship_waits", error=type(trouble).__name__)
            return count
    _note(night, claimed_until=now())
    return count


def _claim(night: date) -> bool:
    taken = (
        update(FriendshipRound)
        .where(
            FriendshipRound.day == night,
            FriendshipRound.done_at.is_(None),
            FriendshipRound.claimed_until <= now(),
        )
        .values(claimed_until=now() + CLAIM)
        .returning(FriendshipRound.day)
    )
    return read().execute(taken).first() is not None


def _next(night: date) -> list[tuple[UUID, str]]:
    """The next residents of tonight's part with their LINE ids."""
    after = select(FriendshipRound.after).where(FriendshipRound.day == night)
    last = read().execute(after).scalar()
    part = func.hashtext(cast(Resident.id, Text)).op("&")(0x7FFFFFFF) % PARTS
    found = (
        select(Resident.id, Identity.subject)
        .join(Identity, Identity.resident_id == Resident.id)
        .where(
            Identity.issuer == LINE, Resident.left_at.is_(None), part == night.toordinal() % PARTS
        )
        .order_by(Resident.id)
        .limit(AT_ONCE)
    )
    if last is not None:
        found = found.where(Resident.id > last)
    return [(row[0], row[1]) for row in read().execute(found)]


def _ask(night: date, people: list[tuple[UUID, str]], pause: float) -> int:
    friends = {}
    for resident_id, line_id in people:
        friends[resident_id] = line_api().is_friend(line_id)
        time.sleep(pause)
    stopped = started = 0
    with transaction() as session:
        for resident_id, friend in friends.items():
            changed = following.checked(session, resident_id, friend)
            stopped += changed and not friend
            started += changed and friend
        seen = FriendshipRound
        session.execute(
            update(seen)
            .where(seen.day == night)
            .values(
                after=people[-1][0],
                asked=seen.asked + len(people),
                stopped=seen.stopped + stopped,
                started=seen.started + started,
            )
        )
    return len(people)


def _note(night: date, **values: object) -> None:
    read().execute(update(FriendshipRound).where(FriendshipRound.day == night).values(**values))

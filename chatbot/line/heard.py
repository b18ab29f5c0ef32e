"""One event as it is heard: who speaks in which language, and what was spoken about before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.identities import LINE, Identity
from chatbot.line.models import LineEvent, LineTalk
from portal.core.clock import now
from portal.core.crypto import blind_index, blind_indexes
from portal.core.db import read
from portal.residents.models import Resident

Event = dict[str, Any]

REMEMBER_FOR = timedelta(minutes=30)
# A reply token is to be used within a minute of its delivery, and is dead 20 minutes after the
# event whatever happens (LINE, "Reply token"). Some seconds stay for the way.
TOKEN_LIVES = timedelta(seconds=55)
GIVE_UP = timedelta(minutes=20)


@dataclass
class Talk:
    """What the dialogue remembers of one talk; events of one user share it."""

    context: dict[str, str] = field(default_factory=dict)
    language: str = "ja"
    changed: bool = False

    def remember(self, context: dict[str, str]) -> None:
        self.context, self.changed = context, True


@dataclass(frozen=True)
class Heard:
    """One event with its talk."""

    event_id: str
    kind: str
    event: Event
    received_at: datetime
    tries: int
    talk: Talk
    crowded: bool = False
    """Many came at once: niceties that cost a call to LINE are left out."""
    notes: list[dict[str, Any]] = field(default_factory=list)
    """Turns for the log of questions: one list a batch, kept by one statement."""

    @property
    def user(self) -> str:
        """The LINE user id; empty in groups without one."""
        return user_of(self.event)

    @property
    def happened_at(self) -> datetime:
        stamp = self.event.get("timestamp")
        if isinstance(stamp, (int, float)):
            return datetime.fromtimestamp(stamp / 1000, UTC)
        return self.received_at

    @property
    def token(self) -> str:
        """The reply token while it lives, else empty."""
        alive = now() - self.received_at < TOKEN_LIVES and self.in_time
        return str(self.event.get("replyToken") or "") if alive else ""

    @property
    def in_time(self) -> bool:
        """Whether anybody still waits for an answer."""
        return now() - self.happened_at < GIVE_UP


def user_of(event: Event) -> str:
    """The LINE user id of an event, empty where LINE names none."""
    source = event.get("source")
    return str(source.get("userId") or "") if isinstance(source, dict) else ""


def with_talks(rows: Sequence[LineEvent]) -> list[Heard]:
    """The events in the order they happened, with their talks: two queries for all."""
    users = {user_of(row.payload or {}) for row in rows} - {""}
    talks = _talks(users)
    crowded = len(rows) > FEW
    notes: list[dict[str, Any]] = []
    heard = [
        Heard(
            row.id,
            row.kind,
            row.payload or {},
            row.received_at,
            row.tries,
            talks.get(user_of(row.payload or {})) or Talk(),
            crowded,
            notes,
        )
        for row in rows
    ]
    return sorted(heard, key=lambda one: one.happened_at)


# More events than this in one batch is a crowd (the loading dots have a rate of 100/s at LINE).
FEW = 10


def keep_talks(session: Session, heard: Iterable[Heard]) -> None:
    """Store what the dialogue remembers now: one statement for all talks that changed."""
    changed = {one.user: one.talk for one in heard if one.user and one.talk.changed}
    if not changed:
        return
    rows = [
        {
            "user_index": blind_index(user, "line_talk"),
            "context": dict(talk.context),
            "changed_at": now(),
        }
        for user, talk in changed.items()
    ]
    # In one order everywhere, so that two workers never wait for each other in a circle.
    store = insert(LineTalk).values(sorted(rows, key=lambda row: bytes(row["user_index"])))
    session.execute(
        store.on_conflict_do_update(
            index_elements=[LineTalk.user_index],
            set_={"context": store.excluded.context, "changed_at": store.excluded.changed_at},
        )
    )


def _talks(users: set[str]) -> dict[str, Talk]:
    if not users:
        return {}
    by_talk = {one: user for user in users for one in blind_indexes(user, "line_talk")}
    by_identity = {one: user for user in users for one in blind_indexes(user, LINE)}
    talks = {user: Talk() for user in users}
    for index, context in read().execute(
        select(LineTalk.user_index, LineTalk.context)
        .where(LineTalk.user_index.in_(by_talk), LineTalk.changed_at > now() - REMEMBER_FOR)
        .order_by(LineTalk.changed_at)  # while the key changes a talk can have two rows
    ):
        talks[by_talk[bytes(index)]].context = dict(context)
    for index, language in read().execute(
        select(Identity.subject_index, Resident.language)
        .join(Resident, Resident.id == Identity.resident_id)
        .where(
            Identity.issuer == LINE,
            Identity.subject_index.in_(by_identity),
            Resident.left_at.is_(None),
        )
    ):
        talks[by_identity[bytes(index)]].language = language or "ja"
    return talks

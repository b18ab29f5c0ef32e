"""What a resident chooses: reminders of to-dos and by which way, the evening before garbage day."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.care.attention import GARBAGE_DAY
from notifications.channels import topic_stops
from notifications.channels.models import TopicStop
from notifications.channels.reach import CHANNELS
from notifications.notices.drafts import TODOS
from notifications.reminders.models import ReminderWish
from portal.core import audit
from portal.core.clock import now, today
from portal.core.errors import Conflict
from portal.core.registries import Collecting, registries

# The way a resident chose, and the channels that are switched off for it.
WAYS: dict[str, frozenset[str]] = {
    "line": frozenset(),
    "mail": frozenset({"line"}),
    "inbox": frozenset({"line", "mail"}),
    "off": frozenset({"line", "mail"}),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """`todos` is one of WAYS; `garbage` a place of the garbage guide, None when not wanted."""

    todos: str = "line"
    garbage: str | None = None


def places() -> list[Collecting]:
    """Where garbage is collected, in the guide's order."""
    asked = registries(current_app).collections
    return list(asked(today())) if asked else []


def wishes_of(session: Session, resident_id: UUID) -> Wishes:
    """What stands; who never said anything is reminded by LINE, else by mail."""
    wish = session.get(ReminderWish, resident_id)
    stops = _stops(session, resident_id, TODOS)
    garbage = wish.garbage_place if wish else None
    if garbage and _stops(session, resident_id, GARBAGE_DAY) >= _ways(session, resident_id):
        garbage = None  # switched off where a mail or a notice offers it
    if wish is not None and not wish.todos:
        return Wishes("off", garbage)
    if stops >= _ways(session, resident_id) and stops:
        return Wishes("inbox", garbage)
    return Wishes("mail" if "line" in stops else "line", garbage)


def wish(session: Session, resident_id: UUID, wanted: Wishes) -> None:
    """Everything at once, as the page says it."""
    known = {each.place for each in places()}
    kept = session.get(ReminderWish, resident_id)
    same = kept is not None and kept.garbage_place == wanted.garbage
    if wanted.todos not in WAYS or (wanted.garbage and wanted.garbage not in known and not same):
        raise Conflict()
    values = {"todos": wanted.todos != "off", "garbage_place": wanted.garbage, "at": now()}
    session.execute(
        insert(ReminderWish)
        .values(resident_id=resident_id, **values)
        .on_conflict_do_update(index_elements=["resident_id"], set_=values)
    )
    _switch(session, resident_id, TODOS, WAYS[wanted.todos])
    if wanted.garbage:
        _switch(session, resident_id, GARBAGE_DAY, frozenset())
    audit.record(
        session,
        "reminders.chosen",
        ("resident", resident_id),
        todos=wanted.todos,
        garbage=wanted.garbage is not None,
    )


def _switch(session: Session, resident_id: UUID, topic: str, off: frozenset[str]) -> None:
    stopped = _stops(session, resident_id, topic)
    for channel in sorted(stopped - off):
        topic_stops.switch_on(session, resident_id, topic, channel)
    for channel in sorted(off - stopped):
        topic_stops.switch_off(session, resident_id, topic, channel)


def _stops(session: Session, resident_id: UUID, topic: str) -> frozenset[str]:
    rows = session.scalars(
        select(TopicStop.channel).where(
            TopicStop.resident_id == resident_id, TopicStop.topic == topic
        )
    )
    return frozenset(rows)


def _ways(session: Session, resident_id: UUID) -> frozenset[str]:
    """Channels this resident has an address for; both, where there is none."""
    has = {name for name, channel in CHANNELS.items() if channel.addresses(session, [resident_id])}
    return frozenset(has or CHANNELS)

"""What a resident chooses: topics by channel, one mail a week instead, the language of notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.care.attention import ALWAYS
from notifications.care.models import NoticeWish
from notifications.channels import topic_stops
from notifications.channels.models import TopicStop
from notifications.channels.reach import CHANNELS
from notifications.languages import WRITTEN
from notifications.notices.drafts import TOPICS
from portal.core import audit
from portal.core.clock import now
from portal.core.errors import N_, Conflict, MadoError

CHOOSABLE = tuple(topic for topic in TOPICS if topic != ALWAYS)


class NoMail(MadoError):
    """A weekly mail needs an address."""

    message = N_("Please register a mail address first.")


@dataclass(frozen=True, slots=True)
class Choices:
    """`stops` are (topic, channel) the resident does not want."""

    stops: frozenset[tuple[str, str]]
    digest: bool
    language: str | None


def choices_of(session: Session, resident_id: UUID) -> Choices:
    """What this resident chose so far."""
    wish = session.get(NoticeWish, resident_id)
    rows = session.execute(
        select(TopicStop.topic, TopicStop.channel).where(TopicStop.resident_id == resident_id)
    )
    stops = frozenset((row.topic, row.channel) for row in rows)
    return Choices(stops, bool(wish and wish.digest), wish.language if wish else None)


def choose(session: Session, resident_id: UUID, chosen: Choices) -> None:
    """Everything at once, as the page of choices says it."""
    if chosen.digest and not CHANNELS["mail"].addresses(session, [resident_id]):
        raise NoMail()
    if chosen.language is not None and chosen.language not in WRITTEN:
        raise Conflict()
    kept = choices_of(session, resident_id)
    stops = {(topic, channel) for topic, channel in kept.stops if topic in CHOOSABLE}
    for topic, channel in stops - chosen.stops:
        topic_stops.switch_on(session, resident_id, topic, channel)
    for topic, channel in chosen.stops - stops:
        topic_stops.switch_off(session, resident_id, topic, channel)
    if (kept.digest, kept.language) != (chosen.digest, chosen.language):
        _wish(session, resident_id, chosen, begins=chosen.digest and not kept.digest)
    audit.record(session, "notices.chosen", ("resident", resident_id), stops=len(chosen.stops))


def less(session: Session, resident_id: UUID, topic: str, notice_id: UUID) -> list[str]:
    """The topic stays in the inbox only; gives the channels that were switched off by it."""
    kept = choices_of(session, resident_id).stops
    off = [channel for channel in CHANNELS if (topic, channel) not in kept]
    for channel in off:
        topic_stops.switch_off(session, resident_id, topic, channel, notice_id)
    audit.record(session, "topic.less", ("resident", resident_id), topic=topic)
    return off


def more(session: Session, resident_id: UUID, topic: str, channels: Sequence[str]) -> None:
    """Take `less` back."""
    for channel in channels:
        topic_stops.switch_on(session, resident_id, topic, channel)
    audit.record(session, "topic.more", ("resident", resident_id), topic=topic)


def _wish(session: Session, resident_id: UUID, chosen: Choices, *, begins: bool) -> None:
    """The first weekly mail holds what comes from now on."""
    values: dict[str, Any] = {"digest": chosen.digest, "language": chosen.language}
    if begins:
        values["digested_at"] = now()
    session.execute(
        insert(NoticeWish)
        .values(resident_id=resident_id, **values)
        .on_conflict_do_update(index_elements=["resident_id"], set_=values)
    )

"""Switching a topic off and on for a channel; the inbox keeps everything."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.channels.models import TopicStop
from portal.core import audit
from portal.core.clock import now


def switch_off(
    session: Session, resident_id: UUID, topic: str, channel: str, notice_id: UUID | None = None
) -> None:
    """No notices of this topic by this channel from now on; harmless twice."""
    session.execute(
        insert(TopicStop)
        .values(
            resident_id=resident_id, topic=topic, channel=channel, at=now(), notice_id=notice_id
        )
        .on_conflict_do_nothing()
    )
    audit.record(
        session, "topic.switched_off", ("resident", resident_id), topic=topic, channel=channel
    )


def switch_on(session: Session, resident_id: UUID, topic: str, channel: str) -> None:
    """They come again."""
    session.execute(
        delete(TopicStop).where(
            TopicStop.resident_id == resident_id,
            TopicStop.topic == topic,
            TopicStop.channel == channel,
        )
    )
    audit.record(
        session, "topic.switched_on", ("resident", resident_id), topic=topic, channel=channel
    )

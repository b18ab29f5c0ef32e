"""What the inbox and the channels do when two accounts of one person become one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.identities import EMAIL, LINE
from notifications.channels.models import ChannelStop
from notifications.notices.models import InboxEntry
from portal.core.merging import MOVES, Preview, Steps, absent

ENTRIES = InboxEntry.metadata.tables["inbox_entries"]
STOPS = ChannelStop.metadata.tables["channel_stops"]
TOPICS = ChannelStop.metadata.tables["topic_stops"]
CHANNELS = {LINE: "line", EMAIL: "mail"}


class Notices:
    """The part of `registries.merge_parts` for notices."""

    columns: Mapping[str, str] = {
        "inbox_entries.resident_id": MOVES,
        "channel_stops.resident_id": MOVES,
        "topic_stops.resident_id": MOVES,
        "notice_wishes.resident_id": "Each says how its own account wants notices.",
        "reminder_wishes.resident_id": "Each says how its own account wants reminders.",
        "reminder_lines.resident_id": "They say which account was told; the cards move.",
        "notice_recipients.resident_id": "They say who was told; reports must not change.",
        "deliveries.resident_id": "They say what was sent where; reports must not change.",
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """How many notices come."""
        new = absent(ENTRIES.c.resident_id, into, "notice_id")
        count = session.execute(
            select(func.count()).select_from(ENTRIES).where(ENTRIES.c.resident_id == other, new)
        ).scalar_one()
        lines = [gettext("Notices of the inbox: %(count)s", count=count)] if count else []
        return Preview(lines=lines)

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """Notices both have stay as they are; a switched-off channel goes with its address."""
        steps.move(
            ENTRIES.c.resident_id, other, into, absent(ENTRIES.c.resident_id, into, "notice_id")
        )
        steps.move(
            TOPICS.c.resident_id,
            other,
            into,
            absent(TOPICS.c.resident_id, into, "topic", "channel"),
        )
        for issuer, channel in CHANNELS.items():
            if issuer in steps.notes:
                _swap_stops(steps, into, other, channel)


def _swap_stops(steps: Steps, into: UUID, other: UUID, channel: str) -> None:
    """One row at most on each side: where both have one, nothing is different."""
    of = {
        who: steps.session.execute(
            select(STOPS.c.channel).where(STOPS.c.resident_id == who, STOPS.c.channel == channel)
        ).scalar()
        for who in (into, other)
    }
    same = STOPS.c.channel == channel
    if of[other] and not of[into]:
        steps.move(STOPS.c.resident_id, other, into, same)
    elif of[into] and not of[other]:
        steps.move(STOPS.c.resident_id, into, other, same)

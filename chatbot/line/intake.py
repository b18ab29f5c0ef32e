"""Takes a webhook body in: events become rows, each apart, so one odd event spoils nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chatbot.line.models import LineEvent
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import N_, MadoError

log = structlog.get_logger(__name__)

LONGEST_NAME = 64
OLDEST = timedelta(days=6)  # ids are kept for seven (chatbot.line.events.KEEP)


class NotAWebhook(MadoError):
    """The body is signed but is not what LINE sends."""

    message = N_("We could not read what was sent")


def take_in(body: bytes, *, bot_user_id: str) -> int:
    """Store the new events of a verified body and ring for each; returns how many were new."""
    new = 0
    with transaction() as session:
        for event in _events(body, bot_user_id):
            new += _store(session, event)
    return new


def _events(body: bytes, bot_user_id: str) -> list[dict[str, Any]]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAWebhook() from None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("events"), list):
        raise NotAWebhook()
    if bot_user_id and parsed.get("destination") != bot_user_id:
        log.warning("line.other_destination")
        return []
    return [event for event in parsed["events"] if isinstance(event, dict)]


def _store(session: Session, event: dict[str, Any]) -> int:
    event_id, kind = event.get("webhookEventId"), event.get("type")
    if not _name(event_id) or not _name(kind):
        log.warning("line.event_without_id")
        return 0
    if _replayed(event.get("timestamp")):
        log.warning("line.event_too_old")
        return 0
    if event.get("mode") == "standby":
        return 0  # another module of the channel is speaking (LINE, "channel state")
    message = event.get("message")
    message_id = message.get("id") if isinstance(message, dict) else None
    stored = session.execute(
        insert(LineEvent)
        .values(id=event_id, kind=kind, message_id=_text(message_id), payload=event, tries=0)
        .on_conflict_do_nothing(index_elements=[LineEvent.id])
        .returning(LineEvent.id)
    ).scalar_one_or_none()
    if stored is None:
        return 0
    jobs.ring(session, "chatbot.line.events.work", stored)
    return 1


def _name(value: object) -> bool:
    """Whether it is a plain word as LINE's ids and kinds are; a row can keep no NUL."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isalnum()


def _replayed(stamp: object) -> bool:
    """Older than what dedupe remembers: the signature carries no time, so it could come again."""
    if not isinstance(stamp, (int, float)):
        return False
    return stamp / 1000 < (now() - OLDEST).timestamp()


def _text(value: object) -> str | None:
    return str(value) if _name(str(value)) else None

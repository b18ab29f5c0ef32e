"""Takes a webhook body in: events become rows, each apart, so one odd event spoils nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from chatbot.line import bell
from chatbot.line.heard import user_of
from portal.core.clock import now
from portal.core.crypto import PersonalJSON, blind_index
from portal.core.db import rows
from portal.core.errors import N_, MadoError

log = structlog.get_logger(__name__)

Row = dict[str, Any]
DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]

LONGEST_NAME = 64
OLDEST = timedelta(days=6)  # ids are kept for seven (chatbot.line.events.KEEP)


class NotAWebhook(MadoError):
    """The body is signed but is not what LINE sends."""

    message = N_("We could not read what was sent")


def take_in(body: bytes, *, bot_user_id: str) -> int:
    """Store the new events of a verified body and ring once; returns how many wait now."""
    events = _events(body, bot_user_id)
    kept = {row["id"]: row for event in events if (row := _row(event))}
    if not kept:
        return 0
    waiting = _store(list(kept.values()))
    if waiting:
        bell.ring()
    return waiting


# One statement is its own transaction, so nothing needs more trips than this: hundreds come in
# the same second, and LINE waits two. Delivered again, a reply token lives for another minute
# (LINE, "Reply token"); what is done stays done.
STORE = """
INSERT INTO line_events (id, kind, message_id, payload, received_at, next_try_at, tries)
SELECT id, kind, about, payload, %(now)s, %(now)s, 0
FROM unnest(%(ids)s::text[], %(kinds)s::text[], %(abouts)s::text[], %(payloads)s::bytea[])
     AS new (id, kind, about, payload)
ON CONFLICT (id) DO UPDATE SET received_at = excluded.received_at
WHERE line_events.done_at IS NULL
RETURNING 1
"""


def _store(kept: list[Row]) -> int:
    encrypted = PersonalJSON("line_events.payload")
    found = rows(
        STORE,
        {
            "now": now(),
            "ids": [one["id"] for one in kept],
            "kinds": [one["kind"] for one in kept],
            "abouts": [one["message_id"] for one in kept],
            "payloads": [encrypted.process_bind_param(one["payload"], DIALECT) for one in kept],
        },
    )
    return len(found)


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


def _row(event: dict[str, Any]) -> Row | None:
    """What is kept of an event; None for one that is odd, too old or another's to answer."""
    event_id, kind = event.get("webhookEventId"), event.get("type")
    if not _name(event_id) or not _name(kind):
        log.warning("line.event_without_id")
        return None
    if _replayed(event.get("timestamp")):
        log.warning("line.event_too_old")
        return None
    if event.get("mode") == "standby":
        return None  # another module of the channel is speaking (LINE, "channel state")
    return {
        "id": event_id,
        "kind": kind,
        "message_id": _about(event),
        "payload": event,
    }


def _about(event: dict[str, Any]) -> str | None:
    """What a later event can make void: the message, or whether the sender is a friend.

    LINE keeps no order when it delivers again; see chatbot.line.events.
    """
    if event["type"] in ("follow", "unfollow"):
        user = user_of(event)
        return f"friend:{blind_index(user, 'line_talk').hex()}" if _name(user) else None
    for part, name in (("message", "id"), ("unsend", "messageId")):
        value = event.get(part)
        if isinstance(value, dict):
            return _text(value.get(name))
    return None


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

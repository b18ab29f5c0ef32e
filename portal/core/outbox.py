"""Messages to one person (codes, receipts): rows written with the act, sent by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import jobs
from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey, read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.registries import registries

log = structlog.get_logger(__name__)

CLAIM_FOR = timedelta(minutes=2)  # longer than any sender's own timeout
TRIES = 6
KEPT_FOR = timedelta(days=14)  # the address of what was sent or failed: long enough to be asked


class OutboxMessage(Base):
    """One message; `message` names a template of templates/mail or templates/line."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index(
            None,
            "next_try_at",
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    channel: Mapped[str]
    to: Mapped[str] = mapped_column(Personal("outbox_messages.to"))
    message: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("outbox_messages.params"))
    language: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]


def post(
    session: Session,
    channel: str,
    to: str,
    message: str,
    params: dict[str, Any],
    *,
    language: str,
    keep_trying: timedelta = timedelta(hours=24),
) -> UUID:
    """Queue `message` with `params` to the address `to` by `channel` ("mail" or "line")."""
    row = OutboxMessage(
        channel=channel,
        to=to,
        message=message,
        params=params,
        language=language,
        expires_at=now() + keep_trying,
    )
    session.add(row)
    session.flush()
    jobs.ring(session, "portal.core.outbox.deliver", row.id)
    return row.id


def deliver(message_id: str) -> None:
    """Send one message if it is due and nobody else is at it."""
    row = _claim(UUID(message_id))
    if row is None:
        return
    outcome: dict[str, Any]
    try:
        registries().senders[row.channel](row.to, row.message, row.params, row.language, key=row.id)
        # What was said is not kept once it has been said.
        outcome = {"sent_at": now(), "params": {}, "error": None}
    except TryLater as error:
        wait = timedelta(seconds=5 * 2**row.tries if error.after is None else error.after)
        gone = row.tries >= TRIES or now() + wait > row.expires_at
        outcome = {"error": type(error).__name__, "next_try_at": now() + wait}
        outcome |= {"failed_at": now(), "params": {}} if gone else {}
    except NeverAgain as error:
        outcome = {"failed_at": now(), "params": {}, "error": type(error).__name__}
    except Exception:
        # A bug: the claim runs out and the tick rings again, but not for the whole day.
        if row.tries >= TRIES:
            _record(row.id, {"failed_at": now(), "params": {}, "error": "Bug"})
        raise
    _record(row.id, outcome)
    log.info("outbox.tried", id=str(row.id), channel=row.channel, error=outcome["error"])


def _record(message_id: UUID, outcome: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMessage).where(OutboxMessage.id == message_id).values(**outcome)
        )


def _claim(message_id: UUID) -> OutboxMessage | None:
    """Take the row for CLAIM_FOR; None when it is done, not due, expired or being sent."""
    with transaction() as session:
        return session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == message_id,
                OutboxMessage.sent_at.is_(None),
                OutboxMessage.failed_at.is_(None),
                OutboxMessage.next_try_at <= now(),
                OutboxMessage.expires_at > now(),
            )
            .values(tries=OutboxMessage.tries + 1, next_try_at=now() + CLAIM_FOR)
            .returning(OutboxMessage)
        ).scalar_one_or_none()


def sweep() -> int:
    """Ring again what is due and still unsent; close and forget the rest. Returns rings."""
    with transaction() as session:
        over = OutboxMessage.sent_at.is_not(None) | OutboxMessage.failed_at.is_not(None)
        old = OutboxMessage.created_at < now() - KEPT_FOR
        session.execute(delete(OutboxMessage).where(over, old))
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.sent_at.is_(None),
                OutboxMessage.failed_at.is_(None),
                OutboxMessage.expires_at <= now(),
            )
            .values(failed_at=now(), error="Expired", params={})
        )
    due = read().execute(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.failed_at.is_(None),
            OutboxMessage.next_try_at <= now(),
        )
        .limit(500)
    )
    ids = [row.id for row in due]
    for found in ids:
        jobs.ring_now("portal.core.outbox.deliver", found)
    return len(ids)

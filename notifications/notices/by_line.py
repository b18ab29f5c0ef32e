"""A batch by LINE: one multicast with the batch's retry key; LINE keeps a key for 24 hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notifications.channels.line import Accepted, line_api
from notifications.channels.reach import CHANNELS
from notifications.notices.models import Batch, Delivery, Notice
from notifications.notices.rows import (
    finish,
    later,
    mark,
    move,
    of_batch,
    still_open,
    try_again,
    wait_after,
)
from notifications.rich_messages import line
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NeverAgain, TryLater

log = structlog.get_logger(__name__)

KEY_LIVES = timedelta(hours=23)  # LINE remembers a retry key for 24 hours from its first use


def send(batch: Batch, notice: Notice) -> None:
    """Send the batch once; what LINE refuses goes by mail."""
    if later(batch.first_tried_at, KEY_LIVES):
        _give_up(batch)
        return
    recipients = _recipients(batch)
    if not recipients:
        with transaction() as session:
            finish(session, batch)
        return
    words = line.messages(notice, batch.language, notice.id)
    try:
        accepted = line_api().multicast(list(recipients.values()), words, batch.retry_key)
    except TryLater as trouble:
        with transaction() as session:
            try_again(session, batch, "TryLater", wait_after(batch.tries, trouble.after))
        return
    except NeverAgain:
        _refused(batch, list(recipients))
        return
    _record(batch, recipients, accepted)


def _recipients(batch: Batch) -> dict[UUID, str]:
    """Addresses of the open rows. Who lost the address before the first try goes by mail;

    after it the row stays: LINE may have taken the first try, and then it says 409.
    """
    with transaction() as session:
        rows = list(
            session.execute(
                select(Delivery.resident_id).where(of_batch(batch), still_open())
            ).scalars()
        )
        found = CHANNELS["line"].addresses(session, rows)
        if batch.first_tried_at is None:
            _to_mail(session, batch, (each for each in rows if each not in found))
            session.execute(update(Batch).where(Batch.id == batch.id).values(first_tried_at=now()))
    return found


def _record(batch: Batch, recipients: dict[UUID, str], accepted: Accepted) -> None:
    """Accepted at an earlier try means: with the recipients of that try, which were all rows."""
    meant = None if accepted.again else list(recipients)
    with transaction() as session:
        mark(session, batch, meant, sent_at=now(), error=None, tries=batch.tries)
        if meant is not None:
            gone = session.execute(
                select(Delivery.resident_id).where(of_batch(batch), still_open())
            ).scalars()
            _to_mail(session, batch, list(gone))
        finish(session, batch, request_id=accepted.request_id)
    log.info("notice.line_sent", batch=str(batch.id), again=accepted.again)


def _refused(batch: Batch, residents: list[UUID]) -> None:
    """LINE refuses a whole multicast for one id of another provider: halve until it is found."""
    with transaction() as session:
        if len(residents) > 1:
            half = len(residents) // 2
            for part in (residents[:half], residents[half:]):
                move(session, batch, part, "line")
        else:
            _to_mail(session, batch, residents)
        finish(session, batch, error="NeverAgain")


def _to_mail(session: Session, batch: Batch, residents: Iterable[UUID]) -> None:
    """The fallback: by mail where there is an address, else the row has failed."""
    ids = list(residents)
    by_mail = CHANNELS["mail"].addresses(session, ids)
    move(session, batch, [each for each in ids if each in by_mail], "mail")
    lost = [each for each in ids if each not in by_mail]
    if lost:
        mark(session, batch, lost, failed_at=now(), error="NoAddress")


def _give_up(batch: Batch) -> None:
    """Without the key's protection another try could arrive twice; the inbox has the notice."""
    with transaction() as session:
        mark(session, batch, None, failed_at=now(), error="Expired")
        finish(session, batch, error="Expired")

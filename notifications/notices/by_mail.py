"""A batch by mail: rows claimed few at a time, one connection, each letter recorded by itself.

A worker killed between handing a letter over and recording it may cause one second letter; it has
the same Message-ID, and the row's `tries` shows it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import and_, select, update

from notifications.channels.mail import Letter, Postman, RecipientLater
from notifications.channels.reach import CHANNELS
from notifications.channels.rendering import Written
from notifications.notices import letters
from notifications.notices.models import Batch, Delivery, Notice
from notifications.notices.rows import finish, of_batch, still_open, try_again, wait_after
from portal.core.clock import now
from portal.core.crypto import blind_index
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater

log = structlog.get_logger(__name__)

AT_ONCE = 20
CLAIM_FOR = timedelta(minutes=3)
TRIES = 8
KEEP_TRYING = timedelta(hours=24)


def send(batch: Batch, notice: Notice) -> None:
    """Send every open letter of the batch; an unreachable relay ends the round for later."""
    written = letters.mail(notice, batch.language, notice.id)
    with Postman() as postman:
        while residents := _claim(batch):
            addresses = CHANNELS["mail"].addresses(read(), residents)
            for number, resident_id in enumerate(residents):
                trouble = _one(postman, batch, written, resident_id, addresses.get(resident_id))
                if trouble is not None:
                    _release(batch, residents[number:], trouble)
                    return
    _close(batch)


def _claim(batch: Batch) -> list[UUID]:
    """Take a few due rows for CLAIM_FOR; rows of another worker are passed over."""
    moment = now()
    due = (
        select(Delivery.resident_id)
        .where(of_batch(batch), still_open(), Delivery.next_try_at <= moment)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with transaction() as session:
        rows = session.execute(
            update(Delivery)
            .where(Delivery.notice_id == batch.notice_id, Delivery.resident_id.in_(due))
            .values(tries=Delivery.tries + 1, next_try_at=moment + CLAIM_FOR)
            .returning(Delivery.resident_id)
        )
        return sorted(rows.scalars())


def _one(
    postman: Postman, batch: Batch, written: Written, resident_id: UUID, address: str | None
) -> TryLater | None:
    """Send and record one letter; gives the trouble when the relay can not be used now."""
    if address is None:
        _record(batch, resident_id, failed_at=now(), error="NoAddress")
        return None
    try:
        postman.carry(_letter(batch, written, resident_id, address))
    except NeverAgain:
        _record(batch, resident_id, failed_at=now(), error="Refused")
    except RecipientLater:
        _later(batch, resident_id)
    except TryLater as trouble:
        return trouble
    else:
        _record(batch, resident_id, sent_at=now(), error=None)
    return None


def _letter(batch: Batch, written: Written, resident_id: UUID, address: str) -> Letter:
    number = blind_index(f"{batch.notice_id}:{resident_id}", "deliveries.message_id").hex()[:32]
    return Letter(
        sender=current_app.extensions["mado.settings"].MAIL_FROM,
        to=address,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=batch.language,
        message_id=number,
    )


def _record(batch: Batch, resident_id: UUID, **outcome: object) -> None:
    """One statement of its own: what was handed over is known before the next letter."""
    read().execute(
        update(Delivery)
        .where(Delivery.notice_id == batch.notice_id, Delivery.resident_id == resident_id)
        .values(**outcome)
    )


def _later(batch: Batch, resident_id: UUID) -> None:
    """This recipient's turn comes again later, a few times."""
    mine = and_(Delivery.notice_id == batch.notice_id, Delivery.resident_id == resident_id)
    tries = read().execute(select(Delivery.tries).where(mine)).scalar_one()
    if tries >= TRIES:
        _record(batch, resident_id, failed_at=now(), error="Refused")
    else:
        wait = wait_after(tries + 3, None)
        _record(batch, resident_id, next_try_at=now() + wait, error="TryLater")


def _release(batch: Batch, residents: list[UUID], trouble: TryLater) -> None:
    """Give claimed rows back, to be tried after a wait; rows tried too often have failed."""
    wait = wait_after(batch.tries, trouble.after)
    chosen = and_(of_batch(batch), still_open(), Delivery.resident_id.in_(residents))
    with transaction() as session:
        session.execute(
            update(Delivery).where(chosen).values(next_try_at=now() + wait, error="TryLater")
        )
        # The letters wait for the relay, but not for ever: yesterday's notice helps nobody.
        old = and_(chosen, Delivery.notice_id == Notice.id, Notice.fanned_out_at < _oldest())
        session.execute(update(Delivery).where(old).values(failed_at=now(), error="Expired"))
        try_again(session, batch, "TryLater", wait)
    log.warning("notice.mail_waits", batch=str(batch.id), rows=len(residents))


def _oldest() -> datetime:
    return now() - KEEP_TRYING


def _close(batch: Batch) -> None:
    """Done when nothing is open; rows of a killed worker are due when their claim is over."""
    with transaction() as session:
        due = session.execute(
            select(Delivery.next_try_at)
            .where(of_batch(batch), still_open())
            .order_by(Delivery.next_try_at)
            .limit(1)
        ).scalar()
        if due is None:
            finish(session, batch)
        else:
            session.execute(update(Batch).where(Batch.id == batch.id).values(next_try_at=due))

"""A batch by mail: rows claimed few at a time, one connection, each letter recorded by itself.

A worker killed between handing a letter over and recording it may cause one second letter; it has
the same Message-ID, and the batch's `killed` counts such ends.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from notifications.channels.mail import Postman, RecipientLater
from notifications.channels.reach import CHANNELS
from notifications.channels.rendering import Written
from notifications.channels.writing_mail import Letter
from notifications.notices import letters, unsubscribing
from notifications.notices.models import Batch, Delivery, Notice
from notifications.notices.recording import Recorder
from notifications.notices.rows import (
    finish,
    not_paused,
    of_batch,
    still_open,
    try_again,
    wait_after,
)
from portal.core.clock import now
from portal.core.crypto import keyed_hash
from portal.core.db import read, transaction
from portal.core.errors import MadoError, TryLater

log = structlog.get_logger(__name__)

AT_ONCE = 50
CLAIM_FOR = timedelta(minutes=3)
# A slow relay must not keep a claim over its time: another worker would send the same letters.
WORK_FOR = 60  # seconds of a claim's work after which the rest is given back
TRIES = 8
KEEP_TRYING = timedelta(hours=24)


@dataclass(slots=True)
class Round:
    """One claim of rows: which of them were told of so far."""

    batch: Batch
    written: Written
    recorder: Recorder
    rows: dict[UUID, int]  # resident and how often the row was tried
    left: dict[str, UUID] = field(default_factory=dict)  # message id and whose letter it is
    until: float = 0.0

    def letters(self) -> Iterator[Letter]:
        """The letters of the rows; who lost the address is recorded, not written to."""
        addresses = CHANNELS["mail"].addresses(read(), self.rows)
        settings = current_app.extensions["mado.settings"]
        sender, public_url = settings.MAIL_FROM, settings.PUBLIC_URL
        for resident_id in self.rows:
            address = addresses.get(resident_id)
            if address is None:
                self.recorder.failed(self.batch.notice_id, resident_id, "NoAddress")
                continue
            number = message_id(self.batch.notice_id, resident_id)
            self.left[number] = resident_id
            if time.monotonic() > self.until:
                continue
            yield Letter(
                sender=sender,
                to=address,
                subject=self.written.subject,
                text=self.written.text,
                html=self.written.html,
                language=self.batch.language,
                message_id=number,
                headers=unsubscribing.headers(public_url, self.batch.notice_id, resident_id),
            )

    def told(self, letter: Letter, fault: MadoError | None) -> None:
        """Record one letter; the next one has not left yet."""
        resident_id = self.left.pop(letter.message_id)
        notice_id, tries = self.batch.notice_id, self.rows[resident_id]
        if fault is None:
            self.recorder.sent(notice_id, resident_id)
        elif isinstance(fault, RecipientLater) and tries < TRIES:
            moment = now() + wait_after(tries + 3, None)
            self.recorder.later(notice_id, resident_id, moment, "TryLater")
        else:
            self.recorder.failed(notice_id, resident_id, "Refused")


def send(batch: Batch, notice: Notice) -> None:
    """Send every open letter of the batch; an unreachable relay ends the round for later."""
    written = letters.mail(notice, batch.language, notice.id)
    with Recorder() as recorder, Postman() as postman:
        while rows := _claim(batch):
            recorder.settled()  # the claim's commit waited for the disk
            work = Round(batch, written, recorder, rows, until=time.monotonic() + WORK_FOR)
            try:
                postman.carry_all(work.letters(), work.told)
            except TryLater as trouble:
                _release(batch, [*rows], trouble, unsure=postman.unsure)
                return
            if work.left:
                _give_back(batch, list(work.left.values()))
    _close(batch)


def message_id(notice_id: UUID, resident_id: UUID) -> str:
    """The same at every try, so that mail programs know a second letter."""
    return keyed_hash(f"{notice_id}:{resident_id}", "deliveries.message_id").hex()[:32]


def _claim(batch: Batch) -> dict[UUID, int]:
    """Take a few due rows for CLAIM_FOR; rows of another worker are passed over.

    Rows whose claim ran out were in the hands of a killed worker: each such claim may have cost
    one letter that was handed over and not recorded.
    """
    moment = now()
    due = (
        select(Delivery.resident_id, Delivery.next_try_at, Delivery.tries, Delivery.error)
        .where(
            of_batch(batch),
            still_open(),
            Delivery.next_try_at <= moment,
            not_paused(batch.notice_id),
        )
        .order_by(Delivery.next_try_at, Delivery.resident_id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    with transaction() as session:
        rows = session.execute(
            update(Delivery)
            .where(Delivery.notice_id == batch.notice_id, Delivery.resident_id == due.c.resident_id)
            .values(tries=Delivery.tries + 1, next_try_at=moment + CLAIM_FOR, error=None)
            .returning(Delivery.resident_id, due.c.next_try_at, due.c.tries, due.c.error)
        ).all()
        lost = {row.next_try_at for row in rows if row.tries and row.error is None}
        _count_killed(session, batch, len(lost))
    return {row.resident_id: row.tries + 1 for row in sorted(rows)}


def _count_killed(session: Session, batch: Batch, ends: int) -> None:
    if ends:
        more = {"killed": Batch.killed + ends}
        session.execute(update(Batch).where(Batch.id == batch.id).values(**more))


def _give_back(batch: Batch, residents: list[UUID]) -> None:
    """Rows the claim's time did not suffice for are due again at once."""
    with transaction() as session:
        session.execute(
            update(Delivery)
            .where(of_batch(batch), still_open(), Delivery.resident_id.in_(residents))
            .values(next_try_at=now(), error="TryLater")
        )


def _release(batch: Batch, residents: list[UUID], trouble: TryLater, *, unsure: int) -> None:
    """Give claimed rows back, to be tried after a wait; rows tried too often have failed."""
    wait = wait_after(batch.tries, trouble.after)
    chosen = and_(
        of_batch(batch),
        still_open(),
        Delivery.resident_id.in_(residents),
        Delivery.error.is_(None),  # the recipient's own later turn stands
    )
    with transaction() as session:
        session.execute(
            update(Delivery).where(chosen).values(next_try_at=now() + wait, error="TryLater")
        )
        # The letters wait for the relay, but not for ever: yesterday's notice helps nobody.
        old = and_(
            of_batch(batch),
            still_open(),
            Delivery.resident_id.in_(residents),
            Delivery.notice_id == Notice.id,
            Notice.fanned_out_at < _oldest(),
        )
        session.execute(update(Delivery).where(old).values(failed_at=now(), error="Expired"))
        try_again(session, batch, "TryLater", wait)
        _count_killed(session, batch, unsure)
    log.warning("notice.mail_waits", batch=str(batch.id), rows=len(residents))


def _oldest() -> datetime:
    return now() - KEEP_TRYING


def _close(batch: Batch) -> None:
    """Done when nothing is open; rows of a killed worker are due when their claim is over."""
    with transaction() as session:
        due = session.execute(
            select(func.min(Delivery.next_try_at)).where(of_batch(batch), still_open())
        ).scalar()
        if due is None:
            finish(session, batch)
        else:
            session.execute(update(Batch).where(Batch.id == batch.id).values(next_try_at=due))

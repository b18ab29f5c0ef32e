"""Before a notice is fanned out: would LINE take its words, and does the month have room for it?"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from notifications.channels.line import Quota, line_api
from notifications.channels.models import LineQuota
from notifications.notices import steering
from notifications.notices.models import Notice
from notifications.rich_messages import line
from portal.core.clock import in_tokyo, now
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater

log = structlog.get_logger(__name__)
FRESH = timedelta(minutes=30)


def fault_of(notice: Notice, recipients: int) -> str | None:
    """Why the notice can not go out by LINE (a code of `steering`); None when it can.

    LINE not answering is no fault: the batches have their own patience.
    """
    if not recipients:
        return None
    try:
        for language in notice.variants:
            line_api().validate(line.messages(notice, language, notice.id))
        quota = fresh_quota()
    except NeverAgain:
        return steering.LINE_REFUSES
    except TryLater:
        return None
    too_few = quota.left is not None and quota.left < recipients
    return steering.QUOTA if too_few else None


def fresh_quota() -> Quota:
    """What LINE says now; kept for pages, which ask nobody outside."""
    quota = line_api().quota()
    values = {"most": quota.most, "used": quota.used, "read_at": now()}
    made = insert(LineQuota).values(month=_month(), **values)
    with transaction() as session:
        session.execute(made.on_conflict_do_update(index_elements=["month"], set_=values))
    return quota


def known_quota() -> Quota | None:
    """What LINE said last in this month."""
    row = (
        read()
        .execute(select(LineQuota.most, LineQuota.used).where(LineQuota.month == _month()))
        .one_or_none()
    )
    return None if row is None else Quota(row.most, row.used)


def tick() -> None:
    """Keep what pages show of the quota half an hour fresh, where notices are about to go out."""
    read_at = read().execute(select(LineQuota.read_at).where(LineQuota.month == _month())).scalar()
    if read_at is not None and now() - read_at < FRESH:
        return
    waiting = select(Notice.id).where(
        Notice.submitted_at.is_not(None),
        Notice.fanned_out_at.is_(None),
        Notice.cancelled_at.is_(None),
    )
    if read().execute(waiting.limit(1)).first() is None:
        return
    try:
        fresh_quota()
    except (NeverAgain, TryLater) as error:
        log.warning("line.no_quota", error=type(error).__name__)


def _month() -> str:
    """LINE counts by the month of Japan."""
    return in_tokyo(now()).strftime("%Y-%m")

"""Emergency notices: written and handed over in one step, confirmed by one other clerk, logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.notices import writing
from notifications.notices.drafts import Draft
from notifications.notices.emergency_log import EmergencyStep
from notifications.notices.models import Notice
from notifications.notices.words import variant
from portal.core.db import read
from portal.core.i18n import DEFAULT

LONGEST_LOG = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the log."""

    notice_id: UUID
    title: str
    step: str
    by: UUID
    reason: str
    counted: int | None
    at: datetime


def propose(
    session: Session, author_id: UUID, draft: Draft, *, reason: str, counted: int
) -> Notice:
    """Write it and hand it to another clerk at once; confirming is `writing.approve`."""
    notice = writing.write(session, author_id, draft)
    writing.submit(session, notice.id, author_id, counted=counted, reason=reason)
    return notice


def log(notice_id: UUID | None = None) -> list[Step]:
    """What was done in emergencies, newest first."""
    found = (
        select(EmergencyStep, Notice.kind, Notice.variants)
        .join(Notice, Notice.id == EmergencyStep.notice_id)
        .order_by(EmergencyStep.at.desc(), EmergencyStep.id.desc())
        .limit(LONGEST_LOG)
    )
    if notice_id is not None:
        found = found.where(EmergencyStep.notice_id == notice_id)
    columns = EmergencyStep.__table__.c
    rows = read().execute(found.with_only_columns(*columns, Notice.kind, Notice.variants))
    return [
        Step(
            row.notice_id,
            variant(row, DEFAULT)["title"],
            row.step,
            row.by,
            row.reason,
            row.counted,
            row.at,
        )
        for row in rows
    ]

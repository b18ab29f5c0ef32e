"""The weekly mail: what came into the inbox since the last one, for those who chose it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from notifications.care.models import NoticeWish
from notifications.channels.reach import CHANNELS
from notifications.notices import letters
from notifications.notices.models import InboxEntry, Notice
from portal.core import audit, outbox
from portal.core.clock import TOKYO, now
from portal.core.db import read, transaction
from portal.residents.models import Resident

HOUR = 9  # on Mondays
AT_ONCE = 200  # a tick
MOST = 30  # titles in one mail; the others are in the inbox


def latest(moment: datetime) -> datetime:
    """The newest Monday morning that has come."""
    local = moment.astimezone(TOKYO)
    monday = local.date() - timedelta(days=local.weekday())
    due = datetime.combine(monday, time(HOUR), TOKYO)
    return due if due <= local else due - timedelta(days=7)


def tick() -> int:
    """Mail to those whose week is not told yet; gives how many were written."""
    due = latest(now())
    waiting = read().execute(
        select(NoticeWish.resident_id)
        .where(
            NoticeWish.digest,
            or_(NoticeWish.digested_at.is_(None), NoticeWish.digested_at < due),
        )
        .limit(AT_ONCE)
    )
    return sum(_tell(resident_id, due) for resident_id in waiting.scalars().all())


def _tell(resident_id: UUID, due: datetime) -> bool:
    """One resident, in one transaction: the row says up to when the mail reached."""
    with transaction() as session:
        wish = session.get(NoticeWish, resident_id, with_for_update=True)
        if wish is None or not wish.digest or (wish.digested_at and wish.digested_at >= due):
            return False
        since = wish.digested_at or due - timedelta(days=7)
        session.execute(
            update(NoticeWish).where(NoticeWish.resident_id == resident_id).values(digested_at=due)
        )
        return _post(session, wish, since, due)


def _post(session: Session, wish: NoticeWish, since: datetime, due: datetime) -> bool:
    language = wish.language or _language(session, wish.resident_id)
    titles = _titles(session, wish.resident_id, since, due, language)
    address = CHANNELS["mail"].addresses(session, [wish.resident_id]).get(wish.resident_id)
    if not titles or address is None:
        return False
    params = {"notices": titles[:MOST], "more": max(0, len(titles) - MOST), "inbox_url": _url("")}
    params["choices_url"] = _url("/choices")
    outbox.post(session, "mail", address, "notice_digest", params, language=language)
    subject = ("resident", wish.resident_id)
    audit.record(session, "digest.posted", subject, notices=len(titles))
    return True


def _titles(
    session: Session, resident_id: UUID, since: datetime, due: datetime, language: str
) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Notice.id, Notice.kind, Notice.variants)
        .join(InboxEntry, InboxEntry.notice_id == Notice.id)
        .where(InboxEntry.resident_id == resident_id, InboxEntry.at >= since, InboxEntry.at < due)
        .order_by(InboxEntry.at)
    )
    return [{"title": letters.title(row, language), "url": _url(f"/{row.id}")} for row in rows]


def _language(session: Session, resident_id: UUID) -> str:
    found = select(Resident.language).where(Resident.id == resident_id)
    return session.execute(found).scalar_one()


def _url(path: str) -> str:
    return f"{current_app.extensions['mado.settings'].PUBLIC_URL}/inbox{path}"

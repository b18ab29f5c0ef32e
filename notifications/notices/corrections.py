"""A correction goes to exactly those who received the wrong notice, whoever is meant by now."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, not_, select
from sqlalchemy.orm import Session

from notifications.channels.reach import CHANNELS
from notifications.notices.models import LISTED, Delivery, InboxEntry, Notice
from notifications.reminders.models import NoticeRecipient
from notifications.segments.city import setting
from notifications.segments.counting import Reach
from notifications.segments.segment import Segment
from notifications.segments.sql import matching
from portal.core.db import read
from portal.core.errors import Conflict, NotFound
from portal.residents.models import Resident


class Meaning(Protocol):
    """What says whom a notice is for: the row, or a view of it."""

    @property
    def segment(self) -> dict[str, Any]: ...
    @property
    def corrects_id(self) -> UUID | None: ...
    @property
    def origin(self) -> str: ...
    @property
    def id(self) -> UUID: ...


def whom(notice: Meaning) -> ColumnElement[bool]:
    """Those of the segment or the list; of a correction, those who received the wrong notice."""
    if notice.corrects_id is not None:
        return meant(notice.corrects_id)
    if notice.origin in LISTED:
        return listed(notice.id)
    return matching(Segment.read(notice.segment).test(setting()))


def listed(notice_id: UUID) -> ColumnElement[bool]:
    """Residents a reminder names, who are still here."""
    named = exists().where(
        NoticeRecipient.notice_id == notice_id, NoticeRecipient.resident_id == Resident.id
    )
    return and_(named, Resident.left_at.is_(None))


def meant(wrong_id: UUID) -> ColumnElement[bool]:
    """Residents who have the wrong notice in their inbox and are still here."""
    has = exists().where(InboxEntry.notice_id == wrong_id, InboxEntry.resident_id == Resident.id)
    return and_(has, Resident.left_at.is_(None))


def delivered(wrong_id: UUID) -> ColumnElement[bool]:
    """… whom LINE or a mail told of it, or still will."""
    return exists().where(
        Delivery.notice_id == wrong_id,
        Delivery.resident_id == Resident.id,
        Delivery.failed_at.is_(None),
    )


def check(session: Session, wrong_id: UUID) -> None:
    """Raise where there is nothing to correct: the notice did not go out."""
    wrong = session.get(Notice, wrong_id)
    if wrong is None:
        raise NotFound()
    if wrong.fanned_out_at is None or wrong.corrects_id is not None:
        raise Conflict()


def reach(wrong_id: UUID) -> Reach:
    """How many that is, and which channel will carry it."""
    told = delivered(wrong_id)
    line, mail = (CHANNELS[name].reaches(Resident.id) for name in ("line", "mail"))
    row = (
        read()
        .execute(
            select(
                func.count().label("total"),
                func.count().filter(told, line).label("line"),
                func.count().filter(told, not_(line), mail).label("mail"),
            ).where(meant(wrong_id))
        )
        .one()
    )
    return Reach(row.total, row.line, row.mail, row.total - row.line - row.mail)


def listed_reach(notice_id: UUID) -> Reach:
    """The same of a reminder, whose readers are named."""
    line, mail = (CHANNELS[name].reaches(Resident.id) for name in ("line", "mail"))
    counts = select(
        func.count().label("total"),
        func.count().filter(line).label("line"),
        func.count().filter(not_(line), mail).label("mail"),
    )
    row = read().execute(counts.where(listed(notice_id))).one()
    return Reach(row.total, row.line, row.mail, row.total - row.line - row.mail)


def of(wrong_id: UUID) -> list[UUID]:
    """The corrections of a notice that were sent, newest first."""
    return list(
        read()
        .execute(
            select(Notice.id)
            .where(Notice.corrects_id == wrong_id, Notice.fanned_out_at.is_not(None))
            .order_by(Notice.fanned_out_at.desc())
        )
        .scalars()
    )

"""Whom a notice may reach by LINE and mail; the inbox has it for everybody it means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from notifications.care import quiet
from notifications.care.models import NoticeWish
from notifications.channels.models import TopicStop
from notifications.languages import JAPANESE, WRITTEN
from notifications.notices.models import Delivery, Notice
from portal.core.clock import now
from portal.residents.models import Resident

WEEK = timedelta(days=7)
GARBAGE_DAY = "garbage_day"
# What a resident asked for by itself comes as it was asked for: no weekly mail, no limit.
ASKED_FOR = frozenset({GARBAGE_DAY})
ALWAYS = "disaster"  # the topic nobody can switch off


class Told(Protocol):
    """What these rules ask of a notice: the row, a view of it, or a draft."""

    @property
    def kind(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def corrects_id(self) -> UUID | None: ...


def excepted(notice: Told) -> bool:
    """Emergencies, disaster news and corrections are not held back; a drill is no disaster."""
    disaster = notice.topic == ALWAYS and notice.kind != "drill"
    return notice.kind == "emergency" or disaster or notice.corrects_id is not None


def starts_at(notice: Told, moment: datetime) -> datetime:
    """When a notice that could go out at `moment` does; a correction keeps quiet hours too."""
    hasty = notice.kind == "emergency" or (notice.topic == ALWAYS and notice.kind != "drill")
    if hasty:
        return moment
    setting = current_app.extensions["mado.settings"].NOTICES_QUIET
    return quiet.earliest(moment, quiet.hours(setting))


def wanted(notice: Told, channel: str, resident_id: Any = Resident.id) -> ColumnElement[bool]:
    """Whether the resident of this column lets such a notice come by this channel."""
    if excepted(notice):
        return true()
    off = stopped(notice.topic, channel, resident_id)
    if notice.topic in ASKED_FOR:
        return not_(off)
    return not_(or_(off, digest(resident_id), capped()))


def stopped(topic: str, channel: str, resident_id: Any = Resident.id) -> ColumnElement[bool]:
    """The resident switched this topic off for the channel."""
    return exists().where(
        TopicStop.resident_id == resident_id,
        TopicStop.topic == topic,
        TopicStop.channel == channel,
    )


def digest(resident_id: Any = Resident.id) -> ColumnElement[bool]:
    """The resident gets one mail a week instead."""
    return exists().where(NoticeWish.resident_id == resident_id, NoticeWish.digest)


def capped() -> ColumnElement[bool]:
    """The resident had as many notices in these seven days as the city allows itself."""
    most = current_app.extensions["mado.settings"].NOTICES_WEEKLY_CAP
    if not most:
        return false()
    counted = and_(
        Notice.fanned_out_at >= now() - WEEK,
        Notice.kind != "emergency",
        or_(Notice.topic != ALWAYS, Notice.kind == "drill"),
        Notice.corrects_id.is_(None),
        Notice.topic.not_in(ASKED_FOR),
    )
    full = (
        select(Delivery.resident_id)
        .join(Notice, Notice.id == Delivery.notice_id)
        .where(counted)
        .group_by(Delivery.resident_id)
        .having(func.count() >= most)
    )
    return Resident.id.in_(full)


def language() -> ColumnElement[str]:
    """The language each resident of the statement reads: the one wished for, else their own.

    Our words around a notice are in it even where the notice itself is not (`variant`).
    """
    wish = (
        select(NoticeWish.language)
        .where(NoticeWish.resident_id == Resident.id)
        .correlate(Resident)
        .scalar_subquery()
    )
    reads = func.coalesce(wish, Resident.language)
    others = [code for code in WRITTEN if code != JAPANESE]
    return case(*((reads == code, code) for code in others), else_=JAPANESE)

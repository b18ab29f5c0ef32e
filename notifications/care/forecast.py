"""How many of those meant would not be told, and why: what an approver should know before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import and_, func, not_, or_, select

from notifications.care import attention
from notifications.channels.reach import CHANNELS
from notifications.notices import corrections
from notifications.notices.reading import View
from portal.core.clock import now
from portal.core.db import read
from portal.residents.models import Resident


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counts of reachable residents; `starts_at` when it would begin if approved now."""

    told: int
    capped: int  # had the week's notices already: the inbox only
    stopped: int  # switched the topic off on every channel that reaches them
    digest: int  # get it in the weekly mail
    cap: int
    excepted: bool  # an emergency, disaster news or a correction: nobody is held back
    starts_at: datetime
    waits: bool


def forecast(notice: View) -> Forecast:
    """One query over everybody meant."""
    line, mail = (CHANNELS[name].reaches(Resident.id) for name in ("line", "mail"))
    lets = {name: not_(attention.stopped(notice.topic, name)) for name in ("line", "mail")}
    open_way = or_(and_(line, lets["line"]), and_(mail, lets["mail"]))
    digest, capped = attention.digest(), attention.capped()
    row = (
        read()
        .execute(
            select(
                func.count().label("told"),
                func.count().filter(capped).label("capped"),
                func.count().filter(not_(capped), digest).label("digest"),
                func.count().filter(not_(capped), not_(digest), not_(open_way)).label("stopped"),
            ).where(corrections.whom(notice), or_(line, mail))
        )
        .one()
    )
    excepted = attention.excepted(notice)
    held = 0 if excepted else row.capped + row.digest + row.stopped
    moment = now()
    begins = attention.starts_at(notice, moment + timedelta(minutes=notice.start_delay))
    return Forecast(
        told=row.told - held,
        capped=row.capped,
        stopped=row.stopped,
        digest=row.digest,
        cap=current_app.extensions["mado.settings"].NOTICES_WEEKLY_CAP,
        excepted=excepted,
        starts_at=begins,
        waits=begins > moment,
    )

"""The night's reminders: one transaction decides about everything, and makes at most five notices.

The row of the day is written first: a second run waits for it and finds it done; a run that is
killed leaves nothing behind. From there on the notices take the road all notices take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.care import attention, quiet
from notifications.notices.drafts import TODOS
from notifications.notices.models import Notice
from notifications.reminders import finding
from notifications.reminders.models import ReminderNight, ReminderNotice
from notifications.reminders.wording import MANY, MY_PAGE, variants
from portal.core import audit, jobs
from portal.core.clock import in_tokyo, now, today
from portal.core.db import read, transaction
from portal.core.ids import new_id
from portal.mypage.newly_due import KEEP_DAYS
from portal.mypage.newly_models import NewlyDueSweep

log = structlog.get_logger(__name__)

HOUR = 9  # in Japan: when the city hall opens, and questions can be asked
NOBODY = UUID(int=0)  # the words are the product's own: they have no author
FAN_OUT = "notifications.notices.fanning_out.fan_out"

NAMED = """
INSERT INTO notice_recipients (notice_id, resident_id)
SELECT :notice, resident_id FROM reminder_heap WHERE held_back IS NULL
 GROUP BY resident_id HAVING least(count(*), :many) = :things
"""
KEPT = """
INSERT INTO reminder_lines
       (resident_id, person_id, service, occurrence, what, night, notice_id, held_back)
SELECT h.resident_id, h.person_id, h.service, h.occurrence, h.what, :day,
       CASE WHEN h.held_back IS NULL THEN m.notice_id END, h.held_back
  FROM reminder_heap h
  LEFT JOIN (SELECT r.resident_id, r.notice_id FROM notice_recipients r
               JOIN reminder_notices n ON n.notice_id = r.notice_id AND n.day = :day) m
    ON m.resident_id = h.resident_id
 WHERE h.held_back IS DISTINCT FROM 'sensitive'
ON CONFLICT DO NOTHING
"""
FORGOTTEN = "DELETE FROM reminder_lines WHERE night < :old"


@dataclass(frozen=True, slots=True)
class Made:
    """Counts of a night: notices are (new things, residents)."""

    notices: tuple[tuple[int, int], ...]
    held_back: Mapping[str, int]

    @property
    def residents(self) -> int:
        """Who is told."""
        return sum(residents for _, residents in self.notices)


def tick() -> None:
    """Once a day, after the night's sweep, when nobody sleeps any more."""
    day, moment = today(), now()
    hours = quiet.hours(current_app.extensions["mado.settings"].NOTICES_QUIET)
    if in_tokyo(moment).hour < HOUR or quiet.earliest(moment, hours) > moment:
        return
    swept = read().execute(select(func.max(NewlyDueSweep.day))).scalar()
    made = read().execute(select(ReminderNight.day).where(ReminderNight.day == day)).scalar()
    if swept is not None and swept >= day and made is None:
        make(day)


def make(day: date) -> Made | None:
    """Everything of the day; None when it was made already."""
    with transaction() as session:
        _take_time(session)
        since = _since(session, day)
        if not _first(session, day):
            return None
        finding.collect(session, since, day)
        made = Made(tuple(finding.groups(session)), finding.held_back(session))
        for things, _ in made.notices:
            _notice(session, things, day)
        session.execute(text(KEPT), {"day": day})
        session.execute(text(FORGOTTEN), {"old": day - timedelta(days=KEEP_DAYS)})
        audit.record(
            session,
            "reminders.made",
            ("reminder_night", day),
            residents=made.residents,
            held_back=sum(made.held_back.values()),
        )
    log.info("reminders.made", day=str(day), residents=made.residents)
    return made


class _Undo(Exception):
    """Leaves a transaction without a trace."""


def forecast(day: date) -> Made:
    """What the night of the day would make, as the cards are now; nothing is kept."""
    made: Made | None = None
    try:
        with transaction() as session:
            _take_time(session)
            if session.get(NewlyDueSweep, day) is None:
                finding.collect_ahead(session, day)
            else:
                finding.collect(session, _since(session, day), day)
            made = Made(tuple(finding.groups(session)), finding.held_back(session))
            raise _Undo
    except _Undo:
        pass
    assert made is not None  # noqa: S101  (the only way to here)
    return made


def _take_time(session: Session) -> None:
    """50,000 families take longer than a page may, and a second run waits for the first."""
    session.execute(text("SET LOCAL statement_timeout = '5min'"))
    session.execute(text("SET LOCAL lock_timeout = '5min'"))


def _first(session: Session, day: date) -> bool:
    """Whether this run is the day's; another one that has not ended yet is waited for."""
    row = insert(ReminderNight).values(day=day, at=now()).on_conflict_do_nothing()
    return session.execute(row.returning(ReminderNight.day)).first() is not None


def _since(session: Session, day: date) -> date:
    """The last night before; the first one of all tells of its own day only."""
    last = session.scalar(select(func.max(ReminderNight.day)).where(ReminderNight.day < day))
    return last or day - timedelta(days=1)


def _notice(session: Session, things: int, day: date) -> None:
    """The notice for everybody with so many new things."""
    moment = now()
    notice = Notice(
        id=new_id(),
        author_id=NOBODY,
        origin="todos",
        kind="normal",
        topic=TODOS,
        variants=variants(things),
        link=MY_PAGE,
        segment={"any": []},  # nobody: who is meant stands in notice_recipients
        submitted_at=moment,
    )
    notice.starts_at = attention.starts_at(notice, moment)
    session.add(notice)
    session.flush()
    session.add(ReminderNotice(notice_id=notice.id, day=day, things=things))
    session.flush()
    session.execute(text(NAMED), {"notice": notice.id, "many": MANY, "things": things})
    jobs.ring(session, FAN_OUT, notice.id, queue="bulk")

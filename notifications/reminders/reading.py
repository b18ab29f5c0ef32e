"""Reminders as they are read: a resident's things of a notice, a clerk's last nights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import and_, func, select

from notifications.notices.models import Delivery, InboxEntry, Notice
from notifications.reminders.models import (
    ReminderLine,
    ReminderNight,
    ReminderNotice,
    ReminderSwitch,
)
from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.db import read, rows
from portal.mypage.relatives import Relative, relatives_of
from portal.mypage.todos import everything

NIGHTS = 30
MINE = """
SELECT person_id, service, occurrence, what FROM reminder_lines
WHERE notice_id = %(notice)s AND resident_id = %(resident)s ORDER BY service, person_id
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing a resident was reminded of, as it stands now."""

    title: str
    name: str  # of the person's card
    kind: str
    soon: bool
    done: bool
    over: bool
    url: str


@dataclass(frozen=True, slots=True)
class Night:
    """What became of a night: counts of things, of residents, of messages by outcome."""

    day: date
    at: datetime
    found: int
    held_back: dict[str, int]
    told: int
    outcomes: dict[str, int]  # sent, failed, open, by state
    reasons: dict[str, int]  # of those that failed
    notices: tuple[tuple[int, UUID, bool], ...]  # how many things, the notice, whether it waits

    @property
    def inbox_only(self) -> int:
        """Told in the inbox and by nothing else."""
        return self.told - sum(self.outcomes.values())


def things(resident_id: UUID, notice_id: UUID, language: str) -> list[Thing]:
    """What a reminder is about, behind the sign-in; a card that is paused meanwhile is silent."""
    kept = rows(MINE, {"notice": notice_id, "resident": resident_id})
    if not kept:
        return []
    family = {each.id: each for each in relatives_of(resident_id, today())}
    shown = {
        (each.relative.id, each.service.key, each.occurrence)
        for each in everything(list(family.values()), today())
    }
    found = []
    for person_id, key, occurrence, what in kept:
        relative = family.get(person_id)
        if relative is not None:
            over = (person_id, key, occurrence) not in shown
            found += _thing(relative, (key, occurrence, what), over, language)
    return found


def _thing(
    relative: Relative, told: tuple[str, str, str], over: bool, language: str
) -> list[Thing]:
    key, occurrence, what = told
    service = load_catalogue().find(key)
    if service is None or service.sensitive:
        return []
    act = relative.acts.get((key, occurrence))
    return [
        Thing(
            title=service.title.say(language),
            name=relative.name,
            kind=relative.kind,
            soon=what == "soon",
            done=act is not None and act.kind == "done",
            over=over,
            url=url_for("todo.show", person_id=relative.id, key=key, occurrence=occurrence),
        )
    ]


def nights(most: int = NIGHTS) -> list[Night]:
    """The last nights, newest first."""
    found = read().execute(
        select(ReminderNight.day, ReminderNight.at).order_by(ReminderNight.day.desc()).limit(most)
    )
    days = {row.day: row.at for row in found}
    lines, told, outcomes, notices = _lines(days), _told(days), _outcomes(days), _notices(days)
    return [_night(day, at, lines, told, outcomes, notices) for day, at in days.items()]


def _night(day: date, at: datetime, lines: Any, told: Any, outcomes: Any, notices: Any) -> Night:
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for state, error, count in outcomes.get(day, ()):
        states[state] = states.get(state, 0) + count
        if state == "failed":
            reasons[error or ""] = reasons.get(error or "", 0) + count
    of = lines.get(day, {})
    return Night(
        day=day,
        at=at,
        found=sum(of.values()),
        held_back={code: count for code, count in of.items() if code},
        told=told.get(day, 0),
        outcomes=states,
        reasons=reasons,
        notices=tuple(notices.get(day, ())),
    )


def _lines(days: Any) -> dict[date, dict[str | None, int]]:
    found: dict[date, dict[str | None, int]] = {}
    for day, code, count in read().execute(
        select(ReminderLine.night, ReminderLine.held_back, func.count())
        .where(ReminderLine.night.in_(days))
        .group_by(ReminderLine.night, ReminderLine.held_back)
    ):
        found.setdefault(day, {})[code] = count
    return found


def _told(days: Any) -> dict[date, int]:
    counted = (
        select(ReminderNotice.day, func.count())
        .join(InboxEntry, InboxEntry.notice_id == ReminderNotice.notice_id)
        .where(ReminderNotice.day.in_(days))
        .group_by(ReminderNotice.day)
    )
    return {row[0]: row[1] for row in read().execute(counted)}


def _outcomes(days: Any) -> dict[date, list[tuple[str, str | None, int]]]:
    sent, failed = Delivery.sent_at.is_not(None), Delivery.failed_at.is_not(None)
    found: dict[date, list[tuple[str, str | None, int]]] = {}
    for day, was_sent, has_failed, error, count in read().execute(
        select(ReminderNotice.day, sent, failed, Delivery.error, func.count())
        .join(Delivery, Delivery.notice_id == ReminderNotice.notice_id)
        .where(ReminderNotice.day.in_(days))
        .group_by(ReminderNotice.day, sent, failed, Delivery.error)
    ):
        state = "sent" if was_sent else "failed" if has_failed else "open"
        found.setdefault(day, []).append((state, error, count))
    return found


def _notices(days: Any) -> dict[date, list[tuple[int, UUID, bool]]]:
    found: dict[date, list[tuple[int, UUID, bool]]] = {}
    waits = and_(Notice.fanned_out_at.is_(None), Notice.cancelled_at.is_(None))
    for day, things_, notice, waiting in read().execute(
        select(ReminderNotice.day, ReminderNotice.things, Notice.id, waits)
        .join(Notice, Notice.id == ReminderNotice.notice_id)
        .where(ReminderNotice.day.in_(days))
        .order_by(ReminderNotice.things)
    ):
        found.setdefault(day, []).append((things_, notice, waiting))
    return found


def switched_off() -> dict[str, tuple[UUID, datetime]]:
    """Services whose reminders are off, with who did it and when."""
    found = read().execute(select(ReminderSwitch.service, ReminderSwitch.by, ReminderSwitch.at))
    return {row.service: (row.by, row.at) for row in found}

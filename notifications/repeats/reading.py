"""Repeats as clerks see them: the list, one with its next dates, decisions and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from notifications.notices.words import variant
from notifications.repeats import filling, rules
from notifications.repeats.calendar import calendar, collections
from notifications.repeats.drafts import spoken_of
from notifications.repeats.models import Repeat, RepeatApproval, RepeatNotice, RepeatRun
from notifications.repeats.rules import JAPAN, Rule
from portal.core.clock import now, today
from portal.core.db import read, rows
from portal.core.i18n import DEFAULT

AHEAD, RUNS = 10, 60
FIGURES = """
SELECT n.notice_id, n.due_at, n.place,
       (SELECT count(*) FROM inbox_entries e WHERE e.notice_id = n.notice_id),
       (SELECT count(*) FILTER (WHERE d.sent_at IS NOT NULL) FROM deliveries d
         WHERE d.notice_id = n.notice_id),
       (SELECT count(*) FILTER (WHERE d.failed_at IS NOT NULL) FROM deliveries d
         WHERE d.notice_id = n.notice_id)
  FROM repeat_notices n
 WHERE n.repeat_id = %(repeat)s AND n.due_at = ANY(%(due)s)
 ORDER BY n.due_at DESC, n.place
"""
ASKED = """
SELECT w.garbage_place, count(*) FROM reminder_wishes w JOIN residents r ON r.id = w.resident_id
 WHERE w.garbage_place IS NOT NULL AND r.left_at IS NULL GROUP BY w.garbage_place
"""


class Status(StrEnum):
    """How a repeat stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    GOING = "going"
    PAUSED = "paused"
    OVER = "over"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class View:
    """A repeat with its status; it has the words `notices.letters` says, with examples."""

    id: UUID
    author_id: UUID
    name: str
    topic: str
    variants: dict[str, Any]
    link: str | None
    segment: dict[str, Any]
    rule: Rule
    late_hours: int
    version: int
    created_at: datetime
    status: Status
    next_at: datetime | None
    kind: str = "normal"

    @property
    def is_evening(self) -> bool:
        """Whether it tells of garbage day."""
        return self.rule.kind == rules.EVENING

    @property
    def title(self) -> str:
        """The Japanese title as it is written."""
        return variant(self, DEFAULT)["title"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A date to come; `places` of a garbage evening are (name, what, residents)."""

    at: datetime
    skipped: bool
    places: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice of a run, in figures."""

    notice_id: UUID
    place: str  # its key; `notices.show` has the words
    residents: int
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Run:
    """A date that came, or was skipped and why."""

    due_at: datetime
    skipped: str | None
    notices: tuple[Sent, ...]


_DECISION = (
    select(RepeatApproval.decision)
    .where(RepeatApproval.repeat_id == Repeat.id, RepeatApproval.version == Repeat.version)
    .order_by(RepeatApproval.at.desc())
    .limit(1)
    .correlate(Repeat)
    .scalar_subquery()
)
_SHOWN = select(*Repeat.__table__.c, _DECISION.label("decision"))


def all_of_them() -> list[View]:
    """Newest first; what was stopped comes last."""
    found = read().execute(
        _SHOWN.order_by(Repeat.stopped_at.is_not(None), Repeat.created_at.desc())
    )
    return [_view(row) for row in found]


def last_runs() -> dict[UUID, tuple[datetime, str | None]]:
    """The newest date that came of each repeat, and why it was skipped if it was."""
    found = read().execute(
        select(RepeatRun.repeat_id, RepeatRun.due_at, RepeatRun.skipped)
        .where(RepeatRun.due_at <= now())
        .ext(distinct_on(RepeatRun.repeat_id))
        .order_by(RepeatRun.repeat_id, RepeatRun.due_at.desc())
    )
    return {row.repeat_id: (row.due_at, row.skipped) for row in found}


def one(repeat_id: UUID) -> View | None:
    """One of them."""
    row = read().execute(_SHOWN.where(Repeat.id == repeat_id)).one_or_none()
    return _view(row) if row else None


def ahead(rule: Rule, language: str, repeat_id: UUID | None = None) -> list[Ahead]:
    """The next ten dates, those that were skipped too."""
    skipped = _skipped(repeat_id) if repeat_id else set()
    asked = asked_for() if rule.kind == rules.EVENING else {}
    return [
        Ahead(each, each in skipped, _places(rule, each, asked, language))
        for each in rules.coming(rule, now(), AHEAD, calendar())
    ]


def asked_for() -> dict[str, int]:
    """How many residents want to be told of each place's garbage."""
    return {row[0]: row[1] for row in read().execute(text(ASKED))}


def example(view: View, language: str = DEFAULT) -> dict[str, Any]:
    """The words with the values of the next run, for previews."""
    moment = view.next_at or now()
    return filled(view.variants, view.rule, moment.astimezone(JAPAN).date())


def filled(variants: Mapping[str, Any], rule: Rule, day: date) -> dict[str, Any]:
    """The words as they leave on a day; a garbage evening's as the first place gets them."""
    about = spoken_of(rule, day)
    if rule.kind != rules.EVENING:
        return filling.filled(variants, about)
    meant = [each for each in collections(about) if each.collected or each.left_out]
    return filling.filled(variants, about, meant[0]) if meant else dict(variants)


def runs(repeat_id: UUID) -> list[Run]:
    """The last runs, newest first."""
    found = (
        read()
        .execute(
            select(RepeatRun.due_at, RepeatRun.skipped)
            .where(RepeatRun.repeat_id == repeat_id, RepeatRun.due_at <= now())
            .order_by(RepeatRun.due_at.desc())
            .limit(RUNS)
        )
        .all()
    )
    of: dict[datetime, list[Sent]] = {}
    due = [row.due_at for row in found]
    for notice, due_at, *figures in rows(FIGURES, {"repeat": repeat_id, "due": due}):
        of.setdefault(due_at, []).append(Sent(notice, *figures))
    return [Run(row.due_at, row.skipped, tuple(of.get(row.due_at, ()))) for row in found]


def decisions(repeat_id: UUID) -> list[Row[Any]]:
    """Every decision, newest first."""
    columns = RepeatApproval.__table__.c
    return list(
        read().execute(
            select(*columns).where(columns.repeat_id == repeat_id).order_by(columns.at.desc())
        )
    )


def of_notice(notice_id: UUID) -> tuple[UUID, str] | None:
    """The repeat a notice came from: id and name."""
    row = (
        read()
        .execute(
            select(Repeat.id, Repeat.name)
            .join(RepeatNotice, RepeatNotice.repeat_id == Repeat.id)
            .where(RepeatNotice.notice_id == notice_id)
        )
        .one_or_none()
    )
    return (row.id, row.name) if row else None


def place_names(language: str) -> dict[str, str]:
    """Names of the places garbage is collected in, by key."""
    found = collections(today())
    return {each.place: each.name.get(language) or each.name[DEFAULT] for each in found}


def count_asked() -> int:
    """Residents who want garbage evenings."""
    return sum(asked_for().values())


def _skipped(repeat_id: UUID) -> set[datetime]:
    found = read().execute(
        select(RepeatRun.due_at).where(
            RepeatRun.repeat_id == repeat_id,
            RepeatRun.due_at > now(),
            RepeatRun.skipped.is_not(None),
        )
    )
    return set(found.scalars())


def _places(
    rule: Rule, moment: datetime, asked: Mapping[str, int], language: str
) -> tuple[tuple[str, str, int], ...]:
    if rule.kind != rules.EVENING:
        return ()
    day = spoken_of(rule, moment.astimezone(JAPAN).date())
    return tuple(
        (
            each.name.get(language) or each.name[DEFAULT],
            filling.said_garbage(each, language),
            asked.get(each.place, 0),
        )
        for each in collections(day)
        if each.collected or each.left_out
    )


def _view(row: Any) -> View:
    rule = rules.read(row.rule)
    coming = rules.coming(rule, now(), 1, calendar())
    names = ("id", "author_id", "name", "topic", "variants", "link", "segment", "late_hours")
    shown = {name: row._mapping[name] for name in (*names, "version", "created_at")}
    status = _status(row, bool(coming))
    return View(rule=rule, status=status, next_at=coming[0] if coming else None, **shown)


def _status(row: Any, comes: bool) -> Status:
    if row.stopped_at is not None:
        return Status.STOPPED
    if row.decision == "approved":
        going = Status.GOING if comes else Status.OVER
        return going if row.paused_at is None else Status.PAUSED
    if row.submitted_at is not None:
        return Status.WAITING
    return Status.RETURNED if row.decision == "returned" else Status.DRAFT

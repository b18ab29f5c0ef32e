"""Reports for clerks' lists and maps, for their reporters, and for the open data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chatbot.reports import links
from chatbot.reports.models import Report, ReportAct, ReportFollower, ReportPicture
from chatbot.reports.rules import OPEN, State
from portal.core.clock import now

PAGE = 50
SHOWN_AFTER = timedelta(days=30)  # on My Page, once it is closed
MOST_EXPORTED = 20_000
AGES = (3, 7, 14, 30)  # days without an end


@dataclass(frozen=True)
class Filter:
    """What a clerk looks for. `state`: a state, "open" or ""; `age`: days at least."""

    state: str = "open"
    category: str = ""
    district: str = ""
    desk: str = ""
    age: int = 0
    words: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL; words are only the number, for what was told is sealed."""
        found: list[ColumnElement[bool]] = []
        if self.state == "open":
            found.append(Report.closed_at.is_(None))
        elif self.state:
            found.append(Report.state == self.state)
        for column, value in (
            (Report.category, self.category),
            (Report.district, self.district),
            (Report.desk, self.desk),
            (Report.number, self.words),
        ):
            if value:
                found.append(column == value)
        if self.age:
            found.append(Report.created_at < now() - timedelta(days=self.age))
        return found


LIST = (
    Report.id,
    Report.number,
    Report.state,
    Report.category,
    Report.words,
    Report.district,
    Report.desk,
    Report.latitude,
    Report.longitude,
    Report.created_at,
    Report.changed_at,
    Report.closed_at,
    Report.outside,
    Report.whose,
    Report.place,
    Report.channel,
)


def listed(session: Session, wanted: Filter, limit: int, offset: int) -> tuple[Sequence[Any], int]:
    """Some reports with how many follow and pictures there are; and how many in all."""
    conditions = wanted.conditions()
    total = session.scalar(select(func.count()).select_from(Report).where(*conditions)) or 0
    rows = session.execute(
        _with_counts(select(*LIST))
        .where(*conditions)
        .order_by(Report.created_at.desc(), Report.id)
        .limit(limit)
        .offset(offset)
    ).all()
    return rows, total


def exported(session: Session, wanted: Filter) -> Sequence[Any]:
    """All of them, oldest first."""
    chosen = _with_counts(select(*LIST)).where(*wanted.conditions())
    return session.execute(chosen.order_by(Report.created_at).limit(MOST_EXPORTED)).all()


def on_map(session: Session, wanted: Filter) -> Sequence[Any]:
    """Those that have a place, the newest first."""
    conditions = [*wanted.conditions(), Report.latitude.is_not(None)]
    chosen = select(Report.id, Report.number, Report.state, Report.latitude, Report.longitude)
    return session.execute(
        chosen.where(*conditions).order_by(Report.created_at.desc()).limit(300)
    ).all()


def _with_counts(chosen: Any) -> Any:
    followers = select(func.count()).where(ReportFollower.report_id == Report.id).scalar_subquery()
    pictures = select(func.count()).where(ReportPicture.report_id == Report.id).scalar_subquery()
    return chosen.add_columns(followers.label("followers"), pictures.label("pictures"))


def districts(session: Session) -> list[str]:
    """Names that reports have."""
    chosen = select(Report.district).where(Report.district != "").distinct()
    return list(session.scalars(chosen.order_by(Report.district)))


def open_counts(session: Session) -> dict[str, int]:
    """How many stand in each open state."""
    chosen = select(Report.state, func.count()).where(Report.state.in_(list(OPEN)))
    found = {row[0]: row[1] for row in session.execute(chosen.group_by(Report.state))}
    return {state.value: found.get(state.value, 0) for state in OPEN}


def by_number(session: Session, number: str) -> Report | None:
    """The report a clerk or a caller names."""
    return session.scalar(select(Report).where(Report.number == number))


def by_link(session: Session, secret: str) -> tuple[Report, ReportFollower | None] | None:
    """The report a secret link leads to; with whoever follows it by "me too"."""
    if len(secret) != links.LENGTH:
        return None
    hashed = links.hashed(secret)
    report = session.scalar(select(Report).where(Report.link_hash == hashed))
    if report is not None:
        return report, None
    follower = session.scalar(select(ReportFollower).where(ReportFollower.link_hash == hashed))
    return (session.get_one(Report, follower.report_id), follower) if follower else None


def main_of(session: Session, report: Report) -> Report:
    """The report that stands for it: itself, or what it was merged into."""
    here, steps = report, 0
    while here.state == State.DUPLICATE and here.duplicate_of is not None and steps < 5:
        here, steps = session.get_one(Report, here.duplicate_of), steps + 1
    return here


def acts(session: Session, report_id: UUID) -> Sequence[ReportAct]:
    """Everything done, oldest first."""
    chosen = select(ReportAct).where(ReportAct.report_id == report_id)
    return session.scalars(chosen.order_by(ReportAct.id)).all()


def pictures(session: Session, report_id: UUID) -> Sequence[ReportPicture]:
    """The pictures that are left."""
    chosen = select(ReportPicture).where(ReportPicture.report_id == report_id)
    return session.scalars(chosen.order_by(ReportPicture.id)).all()


def followers(session: Session, report_id: UUID) -> int:
    """How many said "me too"."""
    return session.scalar(select(func.count()).where(ReportFollower.report_id == report_id)) or 0


def duplicates(session: Session, report_id: UUID) -> Sequence[Any]:
    """Reports merged into it."""
    chosen = select(Report.id, Report.number).where(Report.duplicate_of == report_id)
    return session.execute(chosen.order_by(Report.id)).all()


def of_resident(session: Session, resident_id: UUID) -> Sequence[Report]:
    """A resident's own reports, the newest first."""
    chosen = select(Report).where(Report.resident_id == resident_id)
    return session.scalars(chosen.order_by(Report.created_at.desc()).limit(50)).all()


class Told(NamedTuple):
    """A line of My Page about a report."""

    id: UUID
    number: str
    created_at: datetime
    state: str

    @classmethod
    def read(cls, row: Sequence[str]) -> Told:
        """A row of NEWEST."""
        id_, number, created_at, state = row
        return cls(UUID(id_), number, datetime.fromisoformat(created_at), state)


# For every My Page (`registries.Section.sql`); closed ones for SHOWN_AFTER.
NEWEST = f"""
(SELECT json_agg(json_build_array(id, number, created_at, state)) FROM (
   SELECT id, number, created_at, state FROM reports
    WHERE resident_id = %(resident)s
      AND (closed_at IS NULL OR closed_at > %(now)s - interval '{SHOWN_AFTER.days} days')
    ORDER BY created_at DESC LIMIT 5) AS newest)
"""  # noqa: S608  (our own number)

"""What reports do when two accounts of one person become one: they come along."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chatbot.reports.models import Report, ReportFollower
from portal.core.merging import MOVES, Preview, Steps

REPORTS = Report.metadata.tables["reports"]
FOLLOWERS = ReportFollower.metadata.tables["report_followers"]


class Reports:
    """The part of `registries.merge_parts` for reports."""

    columns: Mapping[str, str] = {
        "reports.resident_id": MOVES,
        "report_followers.resident_id": MOVES,
    }

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """How many come."""
        mine = REPORTS.c.resident_id == other
        count = session.execute(select(func.count()).where(mine)).scalar_one()
        lines = [gettext("Reports of damage: %(count)s", count=count)] if count else []
        return Preview(lines=lines)

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """All of them: none of them can be there twice."""
        steps.move(REPORTS.c.resident_id, other, into)
        steps.move(FOLLOWERS.c.resident_id, other, into)

"""How long things stay: drafts a day, pictures and contacts some weeks after the end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chatbot.reports import drafts, picture_store
from chatbot.reports.models import Report, ReportFollower, ReportPicture
from chatbot.reports.rules import DRAFT_FOR
from portal.core import audit
from portal.core.clock import in_tokyo, now
from portal.core.db import read, transaction

LEFT_OVER = timedelta(days=2)  # files without a row: a request broke off between the two
NO_CONTACT = {"mail": None, "phone": None, "line_user": None}


def sweep() -> int:
    """Forget what is over; returns how many reports lost pictures and contacts."""
    with transaction() as session:
        drafts.drop_older_than(session, now() - DRAFT_FOR)
    days = current_app.extensions["mado.settings"].REPORT_PICTURES_DAYS
    due = read().execute(
        select(Report.id)
        .where(
            Report.closed_at < now() - timedelta(days=days),
            Report.forgotten_at.is_(None),
        )
        .limit(200)
    )
    ids = [row.id for row in due]
    for report_id in ids:
        with transaction() as session:
            forget(session, report_id)
    return len(ids)


def forget(session: Session, report_id: UUID) -> None:
    """Pictures and ways to reach people go; what was reported and done stays."""
    for row in session.scalars(select(ReportPicture).where(ReportPicture.report_id == report_id)):
        drafts.drop_picture(session, row)
    session.execute(
        update(Report).where(Report.id == report_id).values(forgotten_at=now(), **NO_CONTACT)
    )
    session.execute(
        update(ReportFollower)
        .where(ReportFollower.report_id == report_id)
        .values(mail=None, line_user=None)
    )
    audit.record(session, "report.forgotten", ("report", report_id), actor=("system", None))


def tidy() -> int:
    """Files that belong to no row go, once a day is enough; returns how many."""
    old = picture_store.names_older_than((now() - LEFT_OVER).timestamp())
    known = set(read().execute(select(ReportPicture.file)).scalars())
    lost = [name for name in old if name not in known]
    for name in lost:
        picture_store.drop(name)
    return len(lost)


def forget_resident(session: Session, resident_id: UUID) -> None:
    """Who leaves leaves no address behind; the report itself is the city's work."""
    session.execute(update(Report).where(Report.resident_id == resident_id).values(**NO_CONTACT))
    session.execute(
        update(ReportFollower)
        .where(ReportFollower.resident_id == resident_id)
        .values(mail=None, line_user=None)
    )


def tidy_at_night() -> int:
    """The tick's way to it: once, in the first minute after three."""
    moment = in_tokyo(now())
    return tidy() if (moment.hour, moment.minute) == (3, 0) else 0

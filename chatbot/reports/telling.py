"""Who told of something hears what became of it: few words and a link, after a clerk's slips."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chatbot.reports import links
from chatbot.reports.models import Report, ReportAct, ReportFollower
from chatbot.reports.rules import TELL_AFTER
from portal.core import outbox
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.registries import registries

RECEIPT, CHANGED = "report_received", "report_changed"  # of templates/mail and templates/line
DEEPEST = 5  # duplicates of duplicates


def receipt(session: Session, report: Report) -> None:
    """A mail with the link, for who gave an address: the page can be closed."""
    if report.mail:
        _mail(session, report.mail, RECEIPT, report.id, report.language)


def sweep() -> int:
    """Tell what was done some minutes ago and still stands; returns how many reports."""
    due = read().execute(
        select(ReportAct.report_id)
        .where(
            ReportAct.tells,
            ReportAct.told_at.is_(None),
            ReportAct.undone_at.is_(None),
            ReportAct.at <= now() - TELL_AFTER,
        )
        .distinct()
        .limit(200)
    )
    ids = [row.report_id for row in due]
    for report_id in ids:
        with transaction() as session:
            tell(session, report_id)
    return len(ids)


def tell(session: Session, report_id: UUID) -> None:
    """Everybody who waits for this report hears once, however many acts there were."""
    told = session.execute(
        update(ReportAct)
        .where(
            ReportAct.report_id == report_id,
            ReportAct.tells,
            ReportAct.told_at.is_(None),
            ReportAct.undone_at.is_(None),
        )
        .values(told_at=now())
        .returning(ReportAct.id)
    ).all()
    if not told:
        return  # another tick was faster
    family = with_duplicates(session, [report_id])
    chosen = select(Report).where(Report.id.in_(family))
    for report in session.scalars(chosen):
        _reach(session, report)
    followers = select(ReportFollower).where(ReportFollower.report_id.in_(family))
    for follower in session.scalars(followers):
        _reach(session, follower)


def with_duplicates(session: Session, report_ids: Iterable[UUID]) -> set[UUID]:
    """These reports and all that were merged into them."""
    found, new = set(report_ids), set(report_ids)
    for _ in range(DEEPEST):
        chosen = select(Report.id).where(Report.duplicate_of.in_(new))
        new = set(session.scalars(chosen)) - found
        if not new:
            break
        found |= new
    return found


def _reach(session: Session, who: Report | ReportFollower) -> None:
    """By LINE where they told us on LINE, by mail where they gave one, else as a resident."""
    if who.line_user:
        url = current_app.extensions["mado.settings"].PUBLIC_URL + links.path(who.id)
        outbox.post(session, "line", who.line_user, CHANGED, {"url": url}, language=who.language)
    elif who.mail:
        _mail(session, who.mail, CHANGED, who.id, who.language)
    elif who.resident_id and (tell_resident := registries().tell):
        tell_resident(session, who.resident_id, CHANGED, links.path(who.id), by_line=True)


def _mail(session: Session, to: str, message: str, row_id: UUID, language: str) -> None:
    url = current_app.extensions["mado.settings"].PUBLIC_URL + links.path(row_id)
    outbox.post(session, "mail", to, message, {"url": url}, language=language)

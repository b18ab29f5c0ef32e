"""A draft becomes a report; somebody else says "me too"."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chatbot.reports import categories, drafts, links, telling
from chatbot.reports.ground import ground
from chatbot.reports.models import Report, ReportDraft, ReportFollower, ReportPicture
from chatbot.reports.places import Routing, route
from chatbot.reports.rules import NEAR_METRES, receipt_number
from portal.core import audit
from portal.core.clock import now, today
from portal.core.errors import N_, MadoError
from portal.core.ids import new_id
from portal.maps.places import Point, box_around, metres_between


class Incomplete(MadoError):
    """Something is missing that nobody could work without."""

    message = N_("Please give the place, and a picture or a few words.")


@dataclass(frozen=True)
class Sender:
    """Who tells, as far as they said: signed in, on LINE, or with nothing but a browser."""

    channel: str
    language: str = "ja"
    resident_id: UUID | None = None
    line_user: str | None = None


@dataclass(frozen=True)
class Nearby:
    """An open report about the same kind of thing close by."""

    id: UUID
    number: str
    state: str
    metres: int
    days: int


def missing(session: Session, draft: ReportDraft) -> list[str]:
    """What is still needed: "place", "what" (a picture or words), "category"."""
    told = draft.fields
    lacks = []
    if drafts.point(draft) is None and not told.get("place"):
        lacks.append("place")
    if not told.get("words") and not drafts.pictures(session, draft):
        lacks.append("what")
    if told.get("category") not in categories.offered(session):
        lacks.append("category")
    return lacks


def routing(session: Session, category: str, point: Point | None) -> Routing:
    """Who would take it."""
    known = categories.every(session)
    chosen = known.get(category) or known[categories.OTHER]
    return route(ground(), point, chosen.desk)


def send(session: Session, draft: ReportDraft, sender: Sender) -> Report:
    """Make the report, with everything the draft holds; raises Incomplete."""
    if missing(session, draft):
        raise Incomplete()
    told, point = draft.fields, drafts.point(draft)
    report = new_report(session, told["category"], point, sender)
    report.words, report.place = told.get("words", ""), told.get("place", "")
    report.mail, report.phone = told.get("mail"), told.get("phone")
    session.add(report)
    session.flush()
    session.execute(
        update(ReportPicture)
        .where(ReportPicture.draft_id == draft.id)
        .values(report_id=report.id, draft_id=None)
    )
    drafts.finish(draft, report.id, report.number)
    session.flush()
    arrived(session, report)
    return report


def new_report(session: Session, category: str, point: Point | None, sender: Sender) -> Report:
    """A report at its beginning: numbered, routed."""
    report_id, way = new_id(), routing(session, category, point)
    count = session.execute(text("SELECT nextval('report_numbers')")).scalar_one()
    return Report(
        id=report_id,
        number=receipt_number(today().year, count),
        link_hash=links.hash_of(report_id),
        category=category,
        words="",
        place="",
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        district=way.district,
        desk=way.desk,
        outside=way.outside,
        whose=way.whose.name if way.whose else "",
        channel=sender.channel,
        language=sender.language,
        resident_id=sender.resident_id,
        line_user=sender.line_user,
    )


def arrived(session: Session, report: Report) -> None:
    """What every new report leaves: its audit entry, and a receipt where there is a mail."""
    audit.record(
        session,
        "report.sent",
        ("report", report.id),
        category=report.category,
        channel=report.channel,
        desk=report.desk,
    )
    telling.receipt(session, report)


def nearby(session: Session, category: str, point: Point | None) -> list[Nearby]:
    """Open reports of the same category within 50 m, the nearest first."""
    if point is None:
        return []
    south, west, north, east = box_around(point, NEAR_METRES)
    found = session.execute(
        select(
            Report.id,
            Report.number,
            Report.state,
            Report.latitude,
            Report.longitude,
            Report.created_at,
        ).where(
            Report.category == category,
            Report.closed_at.is_(None),
            Report.latitude.between(south, north),
            Report.longitude.between(west, east),
        )
    ).all()
    near = []
    for row in found:
        metres = metres_between(point, Point(row.latitude or 0, row.longitude or 0))
        if metres <= NEAR_METRES:
            age = (now() - row.created_at).days
            near.append(Nearby(row.id, row.number, row.state, round(metres), age))
    return sorted(near, key=lambda one: one.metres)[:3]


def follow(
    session: Session, report_id: UUID, voter: bytes, sender: Sender, mail: str | None = None
) -> UUID:
    """ "Me too": counted once for each voter; gives the id whose link leads to the state."""
    follower_id = new_id()
    session.execute(
        insert(ReportFollower)
        .values(
            id=follower_id,
            report_id=report_id,
            voter_hash=voter,
            link_hash=links.hash_of(follower_id),
            resident_id=sender.resident_id,
            mail=mail,
            line_user=sender.line_user,
            language=sender.language,
            at=now(),
        )
        .on_conflict_do_nothing(index_elements=["report_id", "voter_hash"])
    )
    audit.record(session, "report.followed", ("report", report_id), channel=sender.channel)
    return session.execute(
        select(ReportFollower.id).where(
            ReportFollower.report_id == report_id, ReportFollower.voter_hash == voter
        )
    ).scalar_one()

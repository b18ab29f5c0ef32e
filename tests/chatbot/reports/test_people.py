"""Reports of residents: they come along with a merge, are taken out, and forget who left."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from sqlalchemy import select

from chatbot.reports import keeping, sending
from chatbot.reports.merging import Reports
from chatbot.reports.models import Report, ReportFollower
from chatbot.reports.personal_data import PARTS
from portal.core.db import transaction
from portal.core.merging import Steps, undo
from portal.maps.places import Point
from tests.portal.signing_in import new_resident


def told_by(resident_id: UUID) -> UUID:
    with transaction() as session:
        sender = sending.Sender("web", resident_id=resident_id)
        report = sending.new_report(session, "road", Point(38.92, 139.846), sender)
        report.words, report.place, report.mail = "穴", "", "me@b.example"
        session.add(report)
        session.flush()
        sending.follow(session, report.id, b"v" * 32, sender, "me@b.example")
        return report.id


def test_they_move_with_a_merge_and_back(ctx: Flask) -> None:
    into, other = new_resident(ctx), new_resident(ctx)
    told_by(other)
    with transaction() as session:
        assert Reports().preview(session, into, other).lines == ["破損などのお知らせ:1件"]
        steps = Steps(session)
        Reports().move(steps, into, other, {})
    with transaction() as session:
        assert session.scalars(select(Report.resident_id)).all() == [into]
        assert session.scalars(select(ReportFollower.resident_id)).all() == [into]
        assert undo(session, steps.log) == 0
        assert session.scalars(select(Report.resident_id)).all() == [other]


def test_they_are_taken_along_and_forget_who_left(ctx: Flask) -> None:
    me = new_resident(ctx)
    told_by(me)
    with transaction() as session:
        rows = {part.key: part.rows(session, me) for part in PARTS}
        assert rows["reports"][0]["words"] == "穴"
        assert rows["report_followers"][0]["mail"] == "me@b.example"
        keeping.forget_resident(session, me)
    with transaction() as session:
        assert session.scalars(select(Report.mail)).all() == [None]
        assert session.scalars(select(ReportFollower.mail)).all() == [None]

"""The city's boundaries and roads as staff gave them: one value a process, renewed when changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chatbot.reports.geojson import Boundary, Reading
from chatbot.reports.models import ReportArea
from chatbot.reports.places import area_of
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read
from portal.maps.places import Ground

STANDING = ReportArea.ended_at.is_(None)


def ground() -> Ground:
    """All areas in force."""
    newest = select(func.max(ReportArea.added_at), func.max(ReportArea.ended_at))
    version = tuple(read().execute(newest).one())
    kept: tuple[Any, Ground] | None = current_app.extensions.get("mado.report_ground")
    if kept is None or kept[0] != version:
        rows = read().execute(select(ReportArea.__table__).where(STANDING).order_by(ReportArea.id))
        kept = (version, Ground([area_of(row) for row in rows]))
        current_app.extensions["mado.report_ground"] = kept
    return kept[1]


def replace(session: Session, kind: str, reading: Reading, file: str) -> int:
    """The file's areas are the ones of this kind from now on; returns how many."""
    end(session, kind)
    session.add_all(_row(kind, one, file) for one in reading.boundaries)
    taken, refused = len(reading.boundaries), len(reading.refused)
    audit.record(
        session, "report_areas.replaced", ("report_areas", kind), taken=taken, refused=refused
    )
    return len(reading.boundaries)


def remove(session: Session, kind: str) -> None:
    """None of this kind stand any more."""
    end(session, kind)
    audit.record(session, "report_areas.removed", ("report_areas", kind))


def end(session: Session, kind: str) -> None:
    session.execute(
        update(ReportArea).where(ReportArea.kind == kind, STANDING).values(ended_at=now())
    )


def standing() -> Sequence[Any]:
    """(kind, areas, file, since) of each kind in force."""
    chosen = select(
        ReportArea.kind, func.count(), func.max(ReportArea.file), func.max(ReportArea.added_at)
    )
    return read().execute(chosen.where(STANDING).group_by(ReportArea.kind)).all()


def _row(kind: str, one: Boundary, file: str) -> ReportArea:
    return ReportArea(
        kind=kind,
        name=one.name,
        responsible=one.responsible,
        phone=one.phone,
        desk=one.desk,
        geometry=one.geometry,
        file=file[:100],
    )

"""The map of this city: which view to begin with, and facilities on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chatbot.reports.ground import ground
from portal.core.db import read
from portal.guide.facilities.models import Facility
from portal.maps.drawing import Landmark
from portal.maps.places import Point
from portal.maps.view import View


def first_view(**size: int) -> View | None:
    """The whole city; without boundaries what its facilities span; None where nothing is known."""
    bounds = ground().bounds
    if bounds is None:
        places = [one.point for one in landmarks()]
        if not places:
            return None
        high, wide = [one.latitude for one in places], [one.longitude for one in places]
        bounds = (min(high), min(wide), max(high), max(wide))
    return View.around(bounds, **size)


def landmarks(view: View | None = None) -> list[Landmark]:
    """Facilities by which people find their way."""
    known: Any = Facility.__table__.c
    chosen = select(known.name, known.latitude, known.longitude).where(
        known.withdrawn_at.is_(None), known.latitude.is_not(None), known.longitude.is_not(None)
    )
    if view is not None:
        south, west, north, east = view.bounds
        chosen = chosen.where(
            known.latitude.between(south, north), known.longitude.between(west, east)
        )
    rows = read().execute(chosen.order_by(known.dataset, known.code).limit(300))
    return [Landmark(row.name, Point(row.latitude, row.longitude)) for row in rows]


def landmark_called(words: str) -> Landmark | None:
    """The facility somebody names; the shortest name of those that fit."""
    wanted = words.strip()
    if len(wanted) < 2:
        return None
    fitting = [one for one in landmarks() if wanted in one.name or one.name in wanted]
    return min(fitting, key=lambda one: abs(len(one.name) - len(wanted)), default=None)

"""The map of this city: which view to begin with, facilities on it, tiles under it."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from chatbot.reports.ground import ground
from chatbot.reports.map_drawing import Landmark, Tile
from chatbot.reports.map_view import View
from chatbot.reports.places import TILE, Point, pixel_of
from portal.core.db import read
from portal.core.outgoing import Limits, Reader, Unreachable
from portal.core.settings import Settings
from portal.guide.facilities.models import Facility

TILES_FOR = 7 * 86_400  # seconds until a kept tile is asked for again
LARGEST_TILE = 400_000
KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


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


def tiles(view: View) -> list[Tile]:
    """The tiles under a view, where the city has named a source; what does not come is left out."""
    settings: Settings = current_app.extensions["mado.settings"]
    if not settings.REPORT_MAP_TILES:
        return []
    here = pixel_of(view.centre, view.zoom)
    left, top = here.x - view.width / 2, here.y - view.height / 2
    found = []
    for x in range(int(left // TILE), int((left + view.width) // TILE) + 1):
        for y in range(int(top // TILE), int((top + view.height) // TILE) + 1):
            body = _tile(settings, view.zoom, x, y)
            if body:
                found.append(Tile(x * TILE - left, y * TILE - top, _data_url(body)))
    return found


def _tile(settings: Settings, zoom: int, x: int, y: int) -> bytes:
    file = Path(settings.MEDIA_DIR).resolve() / "tiles" / str(zoom) / str(x) / str(y)
    if file.exists() and file.stat().st_mtime > time.time() - TILES_FOR:
        return file.read_bytes()
    template = settings.REPORT_MAP_TILES
    url = template.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
    limits = Limits(seconds=2, most_bytes=LARGEST_TILE, redirects=0)
    reader = Reader(settings, "Mado", lambda _: True, lambda one: one, limits)
    try:
        answer = reader.get(url)
    except Unreachable:
        return b""
    if answer.status != 200 or not _kind(answer.body):
        return b""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(answer.body)
    return answer.body


def _kind(body: bytes) -> str:
    return next((kind for head, kind in KINDS.items() if body.startswith(head)), "")


def _data_url(body: bytes) -> str:
    return f"data:{_kind(body)};base64,{base64.b64encode(body).decode()}"


def credit() -> str:
    """Whose tiles they are."""
    settings: Settings = current_app.extensions["mado.settings"]
    return settings.REPORT_MAP_CREDIT if settings.REPORT_MAP_TILES else ""

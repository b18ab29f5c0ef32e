"""Tiles under a map, where the city names a source: fetched and kept by us, never by browsers."""

from __future__ import annotations

import base64
import time
from pathlib import Path

from flask import current_app

from portal.core.outgoing import Limits, Reader, Unreachable
from portal.core.settings import Settings
from portal.maps.drawing import Tile
from portal.maps.places import TILE, pixel_of
from portal.maps.view import View

TILES_FOR = 7 * 86_400  # seconds until a kept tile is asked for again
LARGEST_TILE = 400_000
KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def tiles(view: View) -> list[Tile]:
    """The tiles under a view; after the first that can not be reached no other is asked for."""
    settings = _settings()
    if not settings.MAP_TILES_URL:
        return []
    here = pixel_of(view.centre, view.zoom)
    left, top = here.x - view.width / 2, here.y - view.height / 2
    found: list[Tile] = []
    for x in range(int(left // TILE), int((left + view.width) // TILE) + 1):
        for y in range(int(top // TILE), int((top + view.height) // TILE) + 1):
            try:
                body = _tile(settings, view.zoom, x, y)
            except Unreachable:
                return found
            if body:
                found.append(Tile(x * TILE - left, y * TILE - top, _data_url(body)))
    return found


def credit() -> str:
    """Whose tiles they are."""
    settings = _settings()
    return settings.MAP_TILES_CREDIT if settings.MAP_TILES_URL else ""


def _settings() -> Settings:
    found: Settings = current_app.extensions["mado.settings"]
    return found


def _tile(settings: Settings, zoom: int, x: int, y: int) -> bytes:
    file = Path(settings.MEDIA_DIR).resolve() / "tiles" / str(zoom) / str(x) / str(y)
    if file.exists() and file.stat().st_mtime > time.time() - TILES_FOR:
        return file.read_bytes()
    template = settings.MAP_TILES_URL
    url = template.replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
    limits = Limits(seconds=2, most_bytes=LARGEST_TILE, redirects=0)
    reader = Reader(settings, "Mado", lambda _: True, lambda one: one, limits)
    answer = reader.get(url)
    if answer.status != 200 or not _kind(answer.body):
        return b""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(answer.body)
    return answer.body


def _kind(body: bytes) -> str:
    return next((kind for head, kind in KINDS.items() if body.startswith(head)), "")


def _data_url(body: bytes) -> str:
    return f"data:{_kind(body)};base64,{base64.b64encode(body).decode()}"

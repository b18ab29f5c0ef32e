"""The map of places: the same numbers in picture and list, moves as links, tiles only by us."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from flask import Flask

from portal.core.db import transaction
from portal.guide.facilities.importing import import_file
from portal.guide.facilities.mapping import around
from portal.maps.places import Point
from portal.maps.tiles import tiles
from portal.maps.view import View
from tests.browser import Browser
from tests.portal.facilities.test_facilities import GOOD, SHELTERS

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


class TileServer(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, *_words: object) -> None:
        """Silent."""


@pytest.fixture
def tile_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), TileServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    server.shutdown()
    server.server_close()


def test_a_view_holds_every_point() -> None:
    points = [Point(38.91, 139.83), Point(38.97, 139.93), Point(38.93, 139.88)]
    view = around(points)
    assert view is not None
    for point in points:
        spot = view.spot(point)
        assert 0 < spot.x < view.width and 0 < spot.y < view.height
    assert around([]) is None
    alone = around(points[:1])
    assert alone is not None and alone.zoom >= 15


def test_the_map_and_its_list(app: Flask, browser: Browser) -> None:
    assert "見つかりません" in browser.get("/map").text
    with app.app_context(), transaction() as session:
        import_file(session, GOOD.encode())
    with app.app_context(), transaction() as session:
        import_file(session, SHELTERS.encode())
    page = browser.get(browser.get("/facilities?near=kawabe").link("地図で見る"))
    listed = re.findall(r'<li value="(\d+)">.*?<a href="([^"]+)">([^<]+)', page.html, re.S)
    assert [name for _, _, name in listed] == ["ふれあい会館", "市立図書館"]  # nearest first
    svg = page.html.split("<svg")[1:]
    picture = next(part for part in svg if "report-map" in part).split("</svg>")[0]
    pins = re.findall(r'font-weight="bold">(\d+)</text>', picture)
    assert sorted(pins) == [number for number, _, _ in listed]
    assert 'role="img"' in picture and "<title>" in picture and "<a " not in picture
    assert "みなと地区" in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    assert "img-src 'self' data:;" in page.response.headers["Content-Security-Policy"]

    nearer = browser.get(page.link("拡大"))
    assert "near=kawabe" in nearer.url and nearer.status == 200
    assert browser.get("/map?lat=35.6&lng=139.7&z=19").html.count('class="map-number"') == 2
    shelters = browser.get("/map?kind=shelters")
    assert "みなと小学校" in shelters.text and "市立図書館" not in shelters.text
    one = browser.get(listed[0][1])
    assert "geo:38.95,139.9" in one.html and "report-map" in one.html


def test_tiles_are_fetched_by_us_and_kept(app: Flask, tile_url: str) -> None:
    view = View(Point(38.92, 139.84), 14, 320, 300)
    with app.app_context():
        assert tiles(view) == []
        app.extensions["mado.settings"] = app.extensions["mado.settings"].model_copy(
            update={"MAP_TILES_URL": tile_url}
        )
        TileServer.asked.clear()
        found = tiles(view)
        assert 4 <= len(found) <= 9
        assert all(one.data_url.startswith("data:image/png;base64,") for one in found)
        assert len(tiles(view)) == len(TileServer.asked) == len(found)  # the second time kept

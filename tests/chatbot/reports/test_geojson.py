"""Boundaries from a file: what is taken, mended, refused and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from chatbot.reports import geojson
from chatbot.reports.geojson import UnreadableBoundaries
from portal.maps.drawing import Landmark, Pin, draw
from portal.maps.places import Area, Ground, Point
from portal.maps.view import View

SHIPPED = Path(__file__).resolve().parents[3] / "launcher" / "demo_open_data" / "areas"
SQUARE = [[139.8, 38.9], [139.9, 38.9], [139.9, 39.0], [139.8, 39.0], [139.8, 38.9]]


def file(*geometries: Any, **properties: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": {"name": "あ"} | properties, "geometry": geometry}
        for geometry in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def polygon(ring: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def reason(body: bytes, kind: str = "district") -> str:
    with pytest.raises(UnreadableBoundaries) as told:
        geojson.read(body, kind)
    return told.value.reason


def test_a_good_file_is_taken_with_its_words() -> None:
    body = file(polygon(SQUARE), 管理者="県", 電話番号="0000-00-2002")
    (one,) = geojson.read(b"\xef\xbb\xbf" + body, "district").boundaries
    assert (one.name, one.responsible, one.phone) == ("あ", "県", "0000-00-2002")


def test_a_ring_that_crosses_itself_is_mended() -> None:
    bow = [[139.8, 38.9], [139.9, 39.0], [139.9, 38.9], [139.8, 39.0], [139.8, 38.9]]
    (one,) = geojson.read(file(polygon(bow)), "district").boundaries
    assert shape(one.geometry).is_valid


def test_good_features_come_although_others_are_refused() -> None:
    reading = geojson.read(file(polygon(SQUARE), None, {"type": "Point"}), "district")
    assert len(reading.boundaries) == 1
    assert reading.refused == [(2, "no_geometry"), (3, "wrong_geometry")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no_json"),
        (b"\xff\xfe{", "no_json"),
        (b"[" * 100_000, "no_json"),
        (b"[]", "no_geojson"),
        (b'{"type":"FeatureCollection","features":[]}', "empty"),
        (b" " * (geojson.LARGEST_FILE + 1), "too_big"),
        (b'{"type":"FeatureCollection","features":[' + b"1," * 2100 + b"1]}", "too_many_features"),
        (file({"type": "LineString", "coordinates": SQUARE}), "wrong_geometry"),
        (file(polygon([[2.0, 48.0], [2.1, 48.0], [2.1, 48.1], [2.0, 48.0]])), "not_in_japan"),
        (file(polygon([["a", 1], [1, 2], [2, 3]])), "broken_geometry"),
        (file(polygon([])), "broken_geometry"),
        (file(polygon(SQUARE), name=""), "no_name"),
        (b'{"type":"FeatureCollection","crs":"EPSG::6677","features":[]}', "other_projection"),
        (b'{"type":"FeatureCollection","crs":"EPSG::6668","features":[]}', "empty"),
    ],
)
def test_what_can_not_be_read_says_why(body: bytes, why: str) -> None:
    assert reason(body) == why


def test_the_demo_citys_files_are_good_and_draw() -> None:
    areas = [
        Area(file.stem, one.name, shape(one.geometry))
        for file in sorted(SHIPPED.glob("*.geojson"))
        for one in geojson.read(file.read_bytes(), file.stem).boundaries
    ]
    assert {area.kind for area in areas} == set(geojson.KINDS)
    ground = Ground(areas)
    assert ground.bounds is not None
    view = View.around(ground.bounds)
    evil = '"><script>alert(1)</script>'
    pins = [Pin(view.centre, link="/x", label=evil)]
    drawn = draw(view, ground, [Landmark(evil, view.centre)], pins, title="地図")
    assert "<script" not in drawn and "style" not in drawn and drawn.count("<path") > 8
    empty = draw(View(Point(30, 130), 15), ground)
    assert "<svg" in empty

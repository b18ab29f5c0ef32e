"""Reads boundaries from an uploaded GeoJSON file (RFC 7946): limits, faults said one by one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.maps import geometry as shapely

LARGEST_FILE = 1_900_000  # bytes: forms may have 2 MB
MOST_FEATURES = 2_000
MOST_POINTS = 200_000
LONGEST_TEXT = 100
TOLERANCE = 0.00002  # degrees, some 2 m: no clerk needs a boundary finer
KINDS = {
    "city": ("Polygon", "MultiPolygon"),
    "district": ("Polygon", "MultiPolygon"),
    "state_road": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "prefecture_road": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "other": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
}
# RFC 7946 knows WGS 84 alone. Files of Japan's ministries name JGD2011 or JGD2000 (EPSG 6668 and
# 4612) in the old way; these are the same within a metre, and in degrees.
WORLD = ("CRS84", "4326", "6668", "4612")
NAMES = ("name", "名称", "地区名", "路線名", "N03_004")
RESPONSIBLE = ("responsible", "管理者", "連絡先")
PHONES = ("phone", "電話番号")


class UnreadableBoundaries(Exception):
    """The file can not be taken; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Boundary:
    """One feature as it will be stored. `geometry`: GeoJSON, simplified to 2 m."""

    name: str
    responsible: str
    phone: str
    desk: str
    geometry: dict[str, Any]


@dataclass
class Reading:
    """What a file holds. `refused`: (number of the feature from 1, reason)."""

    boundaries: list[Boundary] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read(body: bytes, kind: str) -> Reading:
    """Boundaries of one kind; raises UnreadableBoundaries."""
    features = _features(_parsed(body))
    reading, points = Reading(), 0
    for number, feature in enumerate(features, 1):
        try:
            boundary, size = _boundary(feature, kind)
        except UnreadableBoundaries as fault:
            reading.refused.append((number, fault.reason))
            continue
        points += size
        if points > MOST_POINTS:
            raise UnreadableBoundaries("too_many_points")
        reading.boundaries.append(boundary)
    if not reading.boundaries:
        raise UnreadableBoundaries(reading.refused[0][1] if reading.refused else "empty")
    return reading


def _parsed(body: bytes) -> Any:
    if len(body) > LARGEST_FILE:
        raise UnreadableBoundaries("too_big")
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise UnreadableBoundaries("no_json") from None


def _features(parsed: Any) -> list[Any]:
    if not isinstance(parsed, dict):
        raise UnreadableBoundaries("no_geojson")
    named = str(parsed.get("crs") or WORLD[0])
    if not any(world in named for world in WORLD):
        raise UnreadableBoundaries("other_projection")
    if parsed.get("type") == "FeatureCollection" and isinstance(parsed.get("features"), list):
        features: list[Any] = parsed["features"]
    elif parsed.get("type") == "Feature":
        features = [parsed]
    else:
        raise UnreadableBoundaries("no_geojson")
    if len(features) > MOST_FEATURES:
        raise UnreadableBoundaries("too_many_features")
    return features


def _boundary(feature: Any, kind: str) -> tuple[Boundary, int]:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise UnreadableBoundaries("no_geometry")
    told = feature.get("properties")
    properties: Mapping[str, Any] = told if isinstance(told, dict) else {}
    geometry = _geometry(feature["geometry"], kind)
    name = _text(properties, NAMES)
    if not name and kind != "city":
        raise UnreadableBoundaries("no_name")
    small = geometry.simplify(TOLERANCE)
    boundary = Boundary(
        name,
        _text(properties, RESPONSIBLE),
        _text(properties, PHONES),
        _text(properties, ("desk",)),
        json.loads(json.dumps(shapely.geometry.mapping(small))),
    )
    return boundary, int(shapely.get_num_coordinates(small))


def _geometry(told: dict[str, Any], kind: str) -> Any:
    if told.get("type") not in KINDS[kind]:
        raise UnreadableBoundaries("wrong_geometry")
    try:
        geometry = shapely.force_2d(shapely.geometry.shape(told))
    except (
        shapely.errors.ShapelyError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ):
        raise UnreadableBoundaries("broken_geometry") from None
    if geometry.is_empty or not all(map(math.isfinite, geometry.bounds)):
        raise UnreadableBoundaries("broken_geometry")
    west, south, east, north = geometry.bounds
    if not (122 <= west <= east <= 154.5 and 20 <= south <= north <= 46.5):
        raise UnreadableBoundaries("not_in_japan")
    if not geometry.is_valid:
        geometry = _mended(geometry, kind)
    return geometry


def _mended(geometry: Any, kind: str) -> Any:
    """Rings that cross themselves are common in cities' files; what is left must still fit."""
    mended = shapely.make_valid(geometry, method="structure")
    if mended.is_empty or mended.geom_type not in KINDS[kind]:
        raise UnreadableBoundaries("broken_geometry")
    return mended


def _text(properties: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = next((properties[name] for name in names if properties.get(name)), "")
    return " ".join(str(found).split())[:LONGEST_TEXT].replace("\x00", "")

"""Where something is: distances, the map's projection, areas of the ground. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import asin, atan, cos, degrees, log, pi, radians, sin, sinh, sqrt, tan
from typing import Any

from portal.maps import geometry as shapely

EARTH_METRES = 6_371_000.0
TILE = 256  # pixels of a map tile: zoom 0 shows the world in one (Web Mercator)
DEGREE_METRES = 111_320.0  # of latitude
ROAD_HALF_WIDTH = 12.0  # metres from a road's middle line that still are the road


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    @property
    def is_in_japan(self) -> bool:
        """A slip of the finger or 0,0 is no place."""
        return 20.0 <= self.latitude <= 46.5 and 122.0 <= self.longitude <= 154.5


@dataclass(frozen=True, slots=True)
class Pixel:
    """A place on the map of one zoom."""

    x: float
    y: float


def metres_between(one: Point, other: Point) -> float:
    """Distance along the ground (haversine)."""
    high, low = radians(one.latitude), radians(other.latitude)
    wide = radians(other.longitude - one.longitude)
    part = sin((high - low) / 2) ** 2 + cos(high) * cos(low) * sin(wide / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(part)))


def box_around(point: Point, metres: float) -> tuple[float, float, float, float]:
    """South, west, north, east of a square that holds the circle."""
    high = metres / DEGREE_METRES
    wide = high / max(0.01, cos(radians(point.latitude)))
    return (
        point.latitude - high,
        point.longitude - wide,
        point.latitude + high,
        point.longitude + wide,
    )


def pixel_of(point: Point, zoom: int) -> Pixel:
    """Where the point lies on the map of this zoom."""
    size = float(TILE * 2**zoom)
    latitude = max(-85.0, min(85.0, point.latitude))
    y = (1 - log(tan(radians(latitude)) + 1 / cos(radians(latitude))) / pi) / 2
    return Pixel((point.longitude + 180) / 360 * size, y * size)


def point_of(pixel: Pixel, zoom: int) -> Point:
    """The place under a pixel."""
    size = TILE * 2**zoom
    latitude = degrees(atan(sinh(pi * (1 - 2 * pixel.y / size))))
    return Point(latitude, pixel.x / size * 360 - 180)


def metres_a_pixel(latitude: float, zoom: int) -> float:
    """Scale of the map."""
    return cos(radians(latitude)) * 2 * pi * 6_378_137 / float(TILE * 2**zoom)


@dataclass(frozen=True)
class Area:
    """A piece of ground or a road and whose it is; `desk` overrides the category's."""

    kind: str  # city, district, prefecture_road, state_road, other
    name: str
    geometry: Any  # a shapely geometry in degrees, longitude first
    responsible: str = ""
    phone: str = ""
    desk: str = ""


class Ground:
    """All areas at once, found by place."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas = tuple(areas)

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree([area.geometry for area in self.areas])

    @cached_property
    def has_city(self) -> bool:
        return any(area.kind == "city" for area in self.areas)

    def at(self, point: Point) -> list[Area]:
        """Areas the place is in, and roads it is on."""
        here = shapely.Point(point.longitude, point.latitude)
        south, west, north, east = box_around(point, ROAD_HALF_WIDTH)
        near = self._tree.query(shapely.box(west, south, east, north)) if self.areas else []
        return [
            self.areas[number]
            for number in sorted(int(one) for one in near)
            if _holds(self.areas[number], here, point)
        ]

    def within(self, south: float, west: float, north: float, east: float) -> list[Area]:
        """Areas that touch a piece of the map."""
        found = self._tree.query(shapely.box(west, south, east, north)) if self.areas else []
        return [self.areas[number] for number in sorted(int(one) for one in found)]

    @cached_property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """South, west, north, east of the city, else of everything."""
        city = [area.geometry for area in self.areas if area.kind == "city"]
        chosen = city or [area.geometry for area in self.areas]
        if not chosen:
            return None
        west, south, east, north = (float(one) for one in shapely.total_bounds(chosen))
        return south, west, north, east


def _holds(area: Area, here: Any, point: Point) -> bool:
    if area.geometry.geom_type in {"LineString", "MultiLineString"}:
        nearest = shapely.ops.nearest_points(area.geometry, here)[0]
        return metres_between(Point(nearest.y, nearest.x), point) <= ROAD_HALF_WIDTH
    return bool(area.geometry.covers(here))

"""Whose ground a place is: who a report is for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.maps import geometry as shapely
from portal.maps.places import Area, Ground, Point

OTHERS = ("state_road", "prefecture_road", "other")  # not the city's, the highest first


@dataclass(frozen=True)
class Routing:
    """Who a report is for. `whose`: the area of somebody else, if it is theirs."""

    desk: str
    district: str = ""
    outside: bool = False
    whose: Area | None = None

    @property
    def is_ours(self) -> bool:
        return not self.outside and self.whose is None


def route(ground: Ground, point: Point | None, desk: str) -> Routing:
    """Who takes a report at this place whose category belongs to `desk`.

    Without a place, or before staff gave boundaries, it is the category's desk.
    """
    if point is None:
        return Routing(desk)
    found = ground.at(point)
    by_kind = {area.kind: area for area in reversed(found)}
    district = by_kind["district"].name if "district" in by_kind else ""
    whose = next((by_kind[kind] for kind in OTHERS if kind in by_kind), None)
    outside = ground.has_city and "city" not in by_kind
    own_desk = next((area.desk for area in found if area.desk), desk)
    return Routing(own_desk, district, outside, whose)


def area_of(row: Any) -> Area:
    """An area of a stored row."""
    return Area(
        row.kind,
        row.name,
        shapely.geometry.shape(row.geometry),
        row.responsible or "",
        row.phone or "",
        row.desk,
    )

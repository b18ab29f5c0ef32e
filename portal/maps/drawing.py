"""Draws the city's own map as SVG: boundaries, roads, facilities, pins. No style, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from portal.core.names import cut
from portal.maps import geometry as shapely
from portal.maps.places import Area, Ground, Pixel, Point, metres_a_pixel
from portal.maps.view import View

WATER, LAND, EDGE, INK = "#dfe9ec", "#fbfaf5", "#5b7a80", "#17343a"
ROADS = {"state_road": ("#c2410c", 5), "prefecture_road": ("#b7791f", 4), "other": ("#7c6f9c", 3)}
STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)  # metres of the scale
MOST_LABELS = 14


@dataclass(frozen=True)
class Landmark:
    """A facility on the map, or a district's name."""

    name: str
    point: Point


@dataclass(frozen=True)
class Pin:
    """A place somebody tapped, or a report; with a link it can be followed."""

    point: Point
    colour: str = "#b42318"
    label: str = ""
    link: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Tile:
    """A piece of a ground map: where its left upper corner lies, and its picture."""

    x: float
    y: float
    data_url: str


def draw(
    view: View,
    ground: Ground,
    landmarks: Sequence[Landmark] = (),
    pins: Iterable[Pin] = (),
    tiles: Sequence[Tile] = (),
    *,
    title: str = "",
    cross: bool = False,
    names: Sequence[Landmark] = (),
) -> Markup:
    """The map. `cross` marks the middle; `names` are written where no boundaries name districts."""
    areas, pins = ground.within(*view.bounds), list(pins)
    parts = [
        *(_tiles(tiles) if tiles else [_ground(view, ground)]),
        *(part for area in areas for part in _area(view, area, bool(tiles))),
        *(_label(view, one) for one in names if not _named(areas)),
        *_landmarks(view, landmarks),
        *([_cross(view)] if cross else []),
        *(_pin(view, pin) for pin in pins),
        _scale(view),
    ]
    size = f"{view.width} {view.height}"
    named = Markup("<title>{}</title>").format(title) if title else Markup("")
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="report-map" viewBox="0 0 {}" width="{}" '
        'height="{}" role="{}" font-family="sans-serif" font-size="11">{}{}</svg>'
    ).format(
        size,
        view.width,
        view.height,
        "group" if any(pin.link for pin in pins) else "img",
        named,
        Markup("").join(parts),
    )


def _ground(view: View, ground: Ground) -> Markup:
    colour = WATER if ground.has_city else LAND
    return Markup('<rect width="{}" height="{}" fill="{}"/>').format(
        view.width, view.height, colour
    )


def _tiles(tiles: Sequence[Tile]) -> Iterator[Markup]:
    for tile in tiles:
        yield Markup('<image x="{}" y="{}" width="256" height="256" href="{}"/>').format(
            f"{tile.x:.1f}", f"{tile.y:.1f}", tile.data_url
        )


def _area(view: View, area: Area, over_tiles: bool) -> Iterator[Markup]:
    south, west, north, east = view.bounds
    wide, high = (east - west) / 4, (north - south) / 4
    piece = shapely.clip_by_rect(
        area.geometry, west - wide, south - high, east + wide, north + high
    )
    for part in getattr(piece, "geoms", [piece]):
        if part.is_empty or part.geom_type not in ("Polygon", "LineString"):
            continue
        if part.geom_type == "Polygon":
            yield _polygon(view, area, part, over_tiles)
        else:
            colour, width = ROADS.get(area.kind, (EDGE, 2))
            yield Markup(
                '<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round"/>'
            ).format(_line(view, part.coords), colour, width)
    if area.kind == "district":
        yield _name(view, piece, area.name)


def _polygon(view: View, area: Area, part: Any, over_tiles: bool) -> Markup:
    fill = LAND if area.kind == "city" and not over_tiles else "none"
    dashes = Markup(' stroke-dasharray="4 3"') if area.kind == "district" else ""
    colour, width = ROADS.get(area.kind, (EDGE, 2 if area.kind == "city" else 1))
    rings = " ".join(_line(view, ring.coords) + "Z" for ring in (part.exterior, *part.interiors))
    return Markup(
        '<path d="{}" fill="{}" fill-rule="evenodd" stroke="{}" stroke-width="{}"{}/>'
    ).format(rings, fill, colour, width, dashes)


def _line(view: View, coordinates: Iterable[tuple[float, float]]) -> str:
    spots = (view.spot(Point(latitude, longitude)) for longitude, latitude in coordinates)
    words = [f"{spot.x:.1f},{spot.y:.1f}" for spot in spots]
    kept = [word for number, word in enumerate(words) if not number or word != words[number - 1]]
    return "M" + " ".join(kept)


def _name(view: View, piece: Any, name: str) -> Markup:
    if piece.is_empty:
        return Markup("")
    middle = piece.representative_point()
    here = view.spot(Point(middle.y, middle.x))
    # Where one district fills the picture its middle is where the pin stands.
    spot = Pixel(here.x, here.y - 40) if view.zoom >= 15 else here
    if not (20 <= spot.x <= view.width - 20 and 12 <= spot.y <= view.height - 12):
        return Markup("")
    return _text(spot.x, spot.y, name, EDGE, "middle")


def _named(areas: Sequence[Area]) -> bool:
    return any(area.kind == "district" for area in areas)


def _label(view: View, one: Landmark) -> Markup:
    spot = view.spot(one.point)
    if not (20 <= spot.x <= view.width - 20 and 12 <= spot.y <= view.height - 12):
        return Markup("")
    return _text(spot.x, spot.y, one.name, EDGE, "middle")


def _landmarks(view: View, landmarks: Sequence[Landmark]) -> Iterator[Markup]:
    """Those in the picture; names only where no other stands."""
    taken: list[tuple[float, float]] = []
    for one in landmarks:
        spot = view.spot(one.point)
        if not (4 <= spot.x <= view.width - 4 and 4 <= spot.y <= view.height - 4):
            continue
        yield Markup(
            '<rect x="{}" y="{}" width="7" height="7" fill="#004c59" stroke="#fff"/>'
        ).format(f"{spot.x - 3.5:.1f}", f"{spot.y - 3.5:.1f}")
        crowded = any(abs(spot.x - x) < 90 and abs(spot.y - y) < 14 for x, y in taken)
        if not crowded and len(taken) < MOST_LABELS:
            taken.append((spot.x, spot.y))
            right = spot.x > view.width * 0.6
            yield _text(
                spot.x + (-7 if right else 7),
                spot.y + 4,
                one.name,
                INK,
                "end" if right else "start",
            )


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> Markup:
    """With a pale edge, so that it can be read over lines."""
    return Markup(
        '<text x="{}" y="{}" fill="{}" text-anchor="{}" stroke="#fff" stroke-width="3" '
        'paint-order="stroke">{}</text>'
    ).format(f"{x:.1f}", f"{y:.1f}", colour, anchor, cut(words, 20))


def _cross(view: View) -> Markup:
    x, y = view.width / 2, view.height / 2
    return Markup('<path d="M{0},{2}V{3}M{4},{1}H{5}" stroke="{6}" stroke-width="1.5"/>').format(
        x, y, y - 9, y + 9, x - 9, x + 9, INK
    )


def _pin(view: View, pin: Pin) -> Markup:
    spot = view.spot(pin.point)
    if not (-10 <= spot.x <= view.width + 10 and 0 <= spot.y <= view.height + 40):
        return Markup("")
    shape = Markup(
        '<path d="M{0},{1}c-4,-9 -11,-14 -11,-21a11,11 0 0 1 22,0c0,7 -7,12 -11,21z" '
        'fill="{2}" stroke="#fff" stroke-width="1.5"/>'
        '<text x="{0}" y="{3}" fill="#fff" text-anchor="middle" font-weight="bold">{4}</text>'
    ).format(f"{spot.x:.1f}", f"{spot.y:.1f}", pin.colour, f"{spot.y - 17:.1f}", pin.sign or "●")
    if not pin.link:
        return shape
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(pin.link, pin.label, shape)


def _scale(view: View) -> Markup:
    one = metres_a_pixel(view.centre.latitude, view.zoom)
    step = max((each for each in STEPS if each / one <= view.width / 3), default=STEPS[0])
    words = f"{step // 1000} km" if step >= 1000 else f"{step} m"
    width, low = step / one, view.height - 8
    return Markup(
        '<path d="M8,{0}v6h{1}v-6" fill="none" stroke="{2}" stroke-width="1.5"/>{3}'
    ).format(low - 6, f"{width:.1f}", INK, _text(12, low - 4, escape(words), INK, "start"))

"""Places on a map with numbers that stand in the list beside it, and its moves as addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from portal.core.errors import N_
from portal.guide.facilities.showing import Place, centres, districts
from portal.maps.drawing import Landmark, Pin, draw
from portal.maps.ground import city_ground
from portal.maps.places import Point
from portal.maps.tiles import tiles
from portal.maps.view import FARTHEST, MOVES, NEAREST, View

WIDTH, HEIGHT = 320, 300
MOST = 20  # numbers on one map; more would cover each other
ROOM = 0.04  # of the span, so that pins at the edge are whole
ALONE = 14  # zoom of a single place
CLOSE = 8  # of the nearest that the map begins with where a district was chosen
NEAR = 0.3  # degrees around the city's places: nobody fetches tiles of the whole country here
LEAST = 0.002  # degrees: places beside each other are not shown nearer than that
ACTS = {
    "in": N_("Nearer"),
    "out": N_("Farther"),
    "north": N_("North"),
    "south": N_("South"),
    "west": N_("West"),
    "east": N_("East"),
}


@dataclass(frozen=True)
class Map:
    """A drawn map. `numbered`: the places with numbers; `more`: how many have none here."""

    svg: Markup
    numbered: list[tuple[int, Place]]
    more: int
    moves: list[tuple[str, str, str]]  # act, address, words


def map_of(found: Sequence[Place], asked: Mapping[str, str], view: View | None) -> Map | None:
    """The first places of a list, nearest first where a district was chosen; None without any."""
    placed = [place for place in found if place.point is not None]
    numbered = list(enumerate(placed[:MOST], 1))
    begin = placed[:CLOSE] if asked.get("near") else placed[:MOST]
    shown = view or around([Point(*place.point) for place in begin if place.point])
    if shown is None:
        return None
    pins = [_pin(number, place) for number, place in numbered]
    svg = drawn(shown, list(reversed(pins)), gettext("Map with the numbers of the list"))
    return Map(svg, numbered, len(found) - len(numbered), _moves(shown, asked))


def map_of_one(place: Place) -> Markup | None:
    """A place alone."""
    if place.point is None:
        return None
    view = View(Point(*place.point), ALONE, WIDTH, HEIGHT)
    return drawn(view, [Pin(view.centre)], gettext("Map of the place"))


def drawn(view: View, pins: Sequence[Pin], title: str) -> Markup:
    """The city's ground with pins."""
    known = centres()
    names = [Landmark(name, Point(*known[key])) for key, name in districts()]
    return draw(view, city_ground(), (), pins, tiles(view), title=title, names=names)


def around(points: Sequence[Point]) -> View | None:
    """A view that shows all of them."""
    if not points:
        return None
    high, wide = [each.latitude for each in points], [each.longitude for each in points]
    tall = max((max(high) - min(high)) * ROOM, LEAST)
    broad = max((max(wide) - min(wide)) * ROOM, LEAST)
    bounds = (min(high) - tall, min(wide) - broad, max(high) + tall, max(wide) + broad)
    return View.around(bounds, WIDTH, HEIGHT)


def read_view(values: Mapping[str, str]) -> View | None:
    """The view of an address; None for the whole list's, and for one far from the city."""
    found = View.read(*(values.get(name, "") for name in ("lat", "lng", "z")))
    if found is None:
        return None
    here = found.centre
    near = any(
        abs(here.latitude - latitude) < NEAR and abs(here.longitude - longitude) < NEAR
        for latitude, longitude in centres().values()
    )
    return View(here, found.zoom, WIDTH, HEIGHT) if near else None


def _pin(number: int, place: Place) -> Pin:
    """No link: pins are smaller than a finger and may cover each other; the list has the links."""
    latitude, longitude = place.point or (0.0, 0.0)
    return Pin(Point(latitude, longitude), sign=str(number))


def _moves(view: View, asked: Mapping[str, str]) -> list[tuple[str, str, str]]:
    ends = {"in": NEAREST, "out": FARTHEST}
    found = []
    for act in (*ends, *MOVES):
        if view.zoom == ends.get(act):
            continue
        moved = view.moved(act)
        lat, lng = f"{moved.centre.latitude:.5f}", f"{moved.centre.longitude:.5f}"
        values: dict[str, Any] = {**asked, "lat": lat, "lng": lng, "z": moved.zoom}
        address = url_for("places_map.show", **values, _anchor="map")
        found.append((act, address, str(gettext(ACTS[act]))))
    return found

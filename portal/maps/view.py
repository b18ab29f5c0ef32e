"""The piece of the map that is shown: moved and zoomed by buttons, tapped by a finger. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.maps.places import Pixel, Point, pixel_of, point_of

NEAREST, FARTHEST = 19, 9  # zooms
WIDTH, HEIGHT = 288, 288  # pixels of the page: a phone of 320 has no more, and a tap is in pixels
MOVES = {"north": (0, -0.6), "south": (0, 0.6), "west": (-0.6, 0), "east": (0.6, 0)}


@dataclass(frozen=True)
class View:
    """A map of `width` × `height` pixels around a place."""

    centre: Point
    zoom: int
    width: int = WIDTH
    height: int = HEIGHT

    def moved(self, act: str) -> View:
        """What a button makes of it: in, out, north, south, west, east; anything else: nothing."""
        if act in ("in", "out"):
            zoom = self.zoom + (1 if act == "in" else -1)
            return replace(self, zoom=max(FARTHEST, min(NEAREST, zoom)))
        if act not in MOVES:
            return self
        wide, high = MOVES[act]
        here = pixel_of(self.centre, self.zoom)
        there = Pixel(here.x + wide * self.width, here.y + high * self.height)
        return replace(self, centre=point_of(there, self.zoom))

    def tapped(self, x: float, y: float) -> Point:
        """The place under a tap. 0,0 is what a keyboard sends: the middle is meant."""
        if (x, y) == (0, 0):
            return self.centre
        here = pixel_of(self.centre, self.zoom)
        return point_of(Pixel(here.x - self.width / 2 + x, here.y - self.height / 2 + y), self.zoom)

    def spot(self, point: Point) -> Pixel:
        """Where a place lies in the picture."""
        here, there = pixel_of(self.centre, self.zoom), pixel_of(point, self.zoom)
        return Pixel(there.x - here.x + self.width / 2, there.y - here.y + self.height / 2)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """South, west, north, east of what is shown."""
        low = self.tapped(0.5, self.height)
        high = self.tapped(self.width, 0.5)
        return low.latitude, low.longitude, high.latitude, high.longitude

    @classmethod
    def around(
        cls,
        bounds: tuple[float, float, float, float],
        width: int = WIDTH,
        height: int = HEIGHT,
    ) -> View:
        """The nearest view that shows all of it."""
        south, west, north, east = bounds
        centre = Point((south + north) / 2, (west + east) / 2)
        for zoom in range(NEAREST - 2, FARTHEST, -1):
            low, high = pixel_of(Point(south, west), zoom), pixel_of(Point(north, east), zoom)
            if high.x - low.x <= width * 0.95 and low.y - high.y <= height * 0.95:
                return cls(centre, zoom, width, height)
        return cls(centre, FARTHEST, width, height)

    @classmethod
    def read(cls, latitude: str, longitude: str, zoom: str) -> View | None:
        """From a form's or an address's fields; None for what is no place in Japan."""
        point = read_point(latitude, longitude)
        if point is None or not (zoom.isascii() and zoom.isdigit() and len(zoom) <= 2):
            return None
        return cls(point, max(FARTHEST, min(NEAREST, int(zoom))))


def read_point(latitude: str, longitude: str) -> Point | None:
    """A place as forms and phones say it."""
    if len(latitude) > 30 or len(longitude) > 30:
        return None
    try:
        point = Point(round(float(latitude), 6), round(float(longitude), 6))
    except ValueError:
        return None
    return point if point.is_in_japan else None  # "nan" compares false

"""The areas of a menu: their places, checked against LINE's limits; grids; overlaps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

MOST_AREAS = 20
LONGEST_LABEL = 20  # of an action, in UTF-16 units as LINE counts
LONGEST_SAYING = 300
LONGEST_BAR = 14


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the picture that can be tapped.

    `to` says what the tap does: "page:/path", "my:/path" (behind the sign-in), "link:key" (the
    links page), "address", "say", "tab:ID of a menu"; `more` is the address or the words.
    """

    x: int
    y: int
    width: int
    height: int
    label: str = ""
    to: str = ""
    more: str = ""
    outside: bool = False  # in the phone's own browser

    @classmethod
    def read(cls, value: dict[str, Any]) -> Area:
        """From the database."""
        return cls(**value)

    def json(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: getattr(self, name) for name in self.__slots__}

    def moved(self, other: Area) -> Area:
        """This area's action at the other's place."""
        return Area(
            other.x, other.y, other.width, other.height, self.label, self.to, self.more,
            self.outside,
        )  # fmt: skip


def units(text: str) -> int:
    """Length as LINE counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lies_inside(area: Area, width: int, height: int) -> bool:
    """Whether the area has a size and no part of it is outside the picture."""
    positive = area.x >= 0 and area.y >= 0 and area.width > 0 and area.height > 0
    return positive and area.x + area.width <= width and area.y + area.height <= height


def overlaps(areas: Sequence[Area]) -> list[tuple[int, int]]:
    """Pairs of areas, by number from 1, that share a place: LINE takes the first there."""
    return [
        (one + 1, other + 1)
        for (one, a), (other, b) in combinations(enumerate(areas), 2)
        if a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    ]


def grid(columns: int, rows: int, width: int, height: int, top: int = 0) -> list[Area]:
    """Equal parts of the picture below `top`; the last column and row take what is left over."""
    across, down = width // columns, (height - top) // rows
    return [
        Area(
            x=column * across,
            y=top + row * down,
            width=width - column * across if column == columns - 1 else across,
            height=height - top - row * down if row == rows - 1 else down,
        )
        for row in range(rows)
        for column in range(columns)
    ]


def laid(places: Sequence[Area], actions: Sequence[Area]) -> list[Area]:
    """New places that keep the actions there were, in order."""
    return [
        actions[number].moved(place) if number < len(actions) else place
        for number, place in enumerate(places)
    ]

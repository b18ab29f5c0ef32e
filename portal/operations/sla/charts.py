"""Geometry of charts that templates draw as SVG: no script; the table beside says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 180, 48, 24, 8


@dataclass(frozen=True)
class Bar:
    """One value."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars between two ends of a scale."""

    bars: Sequence[Bar]
    least: float
    most: float
    size: tuple[int, int, int, int] = (WIDTH, HEIGHT, LEFT, BOTTOM)


def bars(found: Sequence[tuple[str, float]], least: float, most: float) -> Chart:
    """A bar for each; what lies below the scale is a line of one point."""
    step = (WIDTH - LEFT) / max(len(found), 1)
    room = HEIGHT - BOTTOM - TOP
    drawn = []
    for number, (label, value) in enumerate(found):
        share = (min(max(value, least), most) - least) / (most - least) if most > least else 0.0
        height = max(round(room * share, 1), 1.0)
        x, y = round(LEFT + number * step + 1, 1), round(HEIGHT - BOTTOM - height, 1)
        drawn.append(Bar(label, value, x, y, round(max(step - 2, 1), 1), height))
    return Chart(drawn, least, most)

"""Charts that templates draw as SVG (components/chart.html): bars or lines, and their table. Pure.

No library: pygal writes <style> and <script> into each picture, which our CSP refuses (its issue
489, open since 2020); leather knows neither descriptions, patterns nor colours by CSS variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal
from zlib import crc32

WIDTH, HEIGHT = 640, 236
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 24, 40
MOST_WRITTEN = 14  # values written beside their bars or points; more would cover each other
MOST_LABELS = 8
WIDEST = 56  # of a bar
FULL = 13  # of a Japanese letter
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Series:
    """Values under one name; None where nothing was measured."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar or a point: where it is, and what is said of it."""

    series: int
    label: str
    words: str  # the value as the table writes it
    x: float
    y: float
    width: float = 0
    height: float = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn. `words`: the axis of values; `places`: figures behind the point."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bar", "line"] = "bar"
    unit: str = ""
    words: str = ""
    places: int = 0
    least: float = 0
    most: float | None = None

    @property
    def key(self) -> str:
        """Names the chart on its page."""
        return f"chart-{crc32(self.title.encode()):x}"

    @property
    def empty(self) -> bool:
        """Whether nothing was measured at all."""
        return not any(value is not None for one in self.series for value in one.values)

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of the axis: round numbers that hold every value."""
        found = [value for one in self.series for value in one.values if value is not None]
        low = min([self.least, *found])
        high = self.most if self.most is not None else max([*found, low])
        step = self._step(high - low)
        bottom = floor(low / step) * step if low < self.least else self.least
        top = self.most if self.most is not None else ceil(high / step) * step
        return bottom, top if top > bottom else bottom + step

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Heights of the lines across, with their words."""
        low, high = self.ends
        step = self._step(high - low)
        count = round((high - low) / step)
        values = [low + n * step for n in range(count)] + [high]
        places = max(self.places, 1 if step % 1 else 0)
        return [(self._y(value), _said(value, places, self.unit)) for value in values]

    @property
    def marks(self) -> list[Mark]:
        """Every bar or point."""
        return list(self._bars() if self.kind == "bar" else self._points())

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Paths through the points of each series, broken where nothing was measured."""
        found = []
        for number, one in enumerate(self.series if self.kind == "line" else ()):
            path, open_ = [], False
            for place, value in enumerate(one.values):
                if value is not None:
                    path.append(f"{'L' if open_ else 'M'}{self._x(place)} {self._y(value)}")
                open_ = value is not None
            found.append((number, "".join(path)))
        return found

    @property
    def written(self) -> bool:
        """Whether values stand beside their marks."""
        return len(self.labels) * len(self.series) <= MOST_WRITTEN

    @property
    def axis(self) -> list[tuple[float, list[str]]]:
        """Labels under the chart in one or two lines, as many as there is room for."""
        every = ceil(len(self.labels) / MOST_LABELS) if self.labels else 1
        shown = [n for n in range(len(self.labels)) if n % every == 0]
        room = self._step_x() * every
        return [(self._x(n), _in_lines(self.labels[n], room)) for n in shown]

    @property
    def rows(self) -> list[list[str]]:
        """The same figures as a table, a row each label."""
        return [
            [label, *(self.said(one.values[n]) for one in self.series)]
            for n, label in enumerate(self.labels)
        ]

    @property
    def extremes(self) -> list[tuple[str, str, str]]:
        """(series, lowest, highest) with their labels, for who does not see the picture."""
        found = []
        for one in self.series:
            known = [(value, n) for n, value in enumerate(one.values) if value is not None]
            if known:
                ends = (min(known), max(known, key=lambda pair: pair[0]))
                low, high = (f"{self.said(value)} ({self.labels[n]})" for value, n in ends)
                found.append((one.name, low, high))
        return found

    def said(self, value: float | None) -> str:
        """A value as picture and table write it."""
        return "–" if value is None else _said(value, self.places, self.unit)

    def _bars(self) -> Iterator[Mark]:
        room = min(self._step_x() * 0.8, WIDEST * len(self.series))
        width = room / max(len(self.series), 1)
        floor_ = self._y(max(self.ends[0], 0))
        for number, one in enumerate(self.series):
            for place, value in enumerate(one.values):
                if value is not None:
                    x = self._x(place) - room / 2 + number * width
                    top, size = self._y(value), round(width * 0.94, 1)
                    height = round(max(floor_ - top, 1), 1)
                    said = self.said(value)
                    yield Mark(number, self.labels[place], said, round(x, 1), top, size, height)

    def _points(self) -> Iterator[Mark]:
        for number, one in enumerate(self.series):
            for place, value in enumerate(one.values):
                if value is not None:
                    label, said = self.labels[place], self.said(value)
                    yield Mark(number, label, said, self._x(place), self._y(value))

    def _step(self, span: float) -> float:
        """Whole things are counted in whole steps."""
        return max(_step(span), 1.0) if self.places == 0 else _step(span)

    def _step_x(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)

    def _x(self, place: int) -> float:
        return round(LEFT + (place + 0.5) * self._step_x(), 1)

    def _y(self, value: float) -> float:
        low, high = self.ends
        share = (min(max(value, low), high) - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)


def chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    *,
    kind: Literal["bar", "line"] = "bar",
    unit: str = "",
    words: str = "",
    places: int = 0,
    least: float = 0,
    most: float | None = None,
) -> Chart:
    """A chart; every series has a value, or None, for each label."""
    found = tuple(Series(name, tuple(values)) for name, values in series)
    if any(len(one.values) != len(labels) for one in found):
        raise ValueError("a series has another length than the labels")
    return Chart(title, tuple(labels), found, kind, unit, words, places, least, most)


def _in_lines(label: str, room: float) -> list[str]:
    """At most two lines; what is longer ends in …, and stands whole in the table."""
    size = FULL if not label.isascii() else FULL * 0.6
    most = max(int(room / size), 3)
    if len(label) <= most:
        return [label]
    rest = label[most:]
    return [label[:most], rest if len(rest) <= most else rest[: most - 1] + "…"]


def _step(span: float) -> float:
    """A round step that cuts a span into about four."""
    rough = span / 4 if span > 0 else 1
    scale: float = 10 ** floor(log10(rough))
    return max(next(step for step in STEPS if step * scale >= rough) * scale, 1e-9)


def _said(value: float, places: int, unit: str) -> str:
    return f"{value:,.{places}f}{unit}"

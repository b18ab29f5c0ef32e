"""Draws the app icons (static/img/icon-*.png) from the window of mado.svg, without a library."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "static" / "img"
BRAND, PANE, LAMP = (0, 76, 89), (233, 247, 249), (255, 212, 61)
# Of a drawing 48 wide: left, top, right, bottom, colour. One pane is lit.
PANES = (
    (10, 10, 22.5, 18.5, PANE),
    (10, 21.5, 22.5, 38, PANE),
    (25.5, 29.5, 38, 38, PANE),
    (25.5, 10, 38, 26.5, LAMP),
)
FINE = 4  # samples a pixel and side
RGBA = tuple[float, float, float, float]


def draw(size: int, *, maskable: bool) -> list[list[tuple[int, int, int, int]]]:
    """Rows of pixels. Maskable: the brand to the edges, the window in the safe middle."""
    return [[_pixel(x, y, size, maskable) for x in range(size)] for y in range(size)]


def _pixel(x: int, y: int, size: int, maskable: bool) -> tuple[int, int, int, int]:
    steps = [(i + 0.5) / FINE for i in range(FINE)]
    found = [_at((x + a) / size * 48, (y + b) / size * 48, maskable) for a in steps for b in steps]
    solid = sum(one[3] for one in found)
    if not solid:
        return (0, 0, 0, 0)
    red, green, blue = (round(sum(one[i] * one[3] for one in found) / solid) for i in range(3))
    return (red, green, blue, round(255 * solid / len(found)))


def _at(x: float, y: float, maskable: bool) -> RGBA:
    """The colour at a point of the drawing."""
    if maskable:  # W3C manifest: what counts lies within 40 % of the width around the middle
        x, y = 24 + (x - 24) / 0.72, 24 + (y - 24) / 0.72
    for left, top, right, bottom, colour in PANES:
        if left <= x < right and top <= y < bottom:
            return (*colour, 1.0)
    return (*BRAND, 1.0) if maskable or _in_frame(x, y) else (0, 0, 0, 0.0)


def _in_frame(x: float, y: float) -> bool:
    """Inside the rounded square from 2 to 46 with corners of radius 10."""
    if not (2 <= x <= 46 and 2 <= y <= 46):
        return False
    near_x, near_y = max(12 - x, x - 36, 0), max(12 - y, y - 36, 0)
    return near_x * near_x + near_y * near_y <= 100


def png(rows: list[list[tuple[int, int, int, int]]]) -> bytes:
    """PNG, 8 bits a channel with alpha (ISO/IEC 15948)."""
    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def write() -> None:
    """Draw them all anew: `python -m launcher.icons`."""
    for name, size, maskable in (
        ("icon-192", 192, False),
        ("icon-512", 512, False),
        ("icon-maskable-512", 512, True),
    ):
        (FOLDER / f"{name}.png").write_bytes(png(draw(size, maskable=maskable)))


if __name__ == "__main__":
    write()

"""Ways to divide a picture into areas, as clerks choose them. Pure."""

from __future__ import annotations

from portal.core.errors import N_

Place = tuple[int, int, int, int]  # x, y, width, height
GRIDS = {
    "1x1": (N_("The whole picture"), 1, 1),
    "2x1": (N_("Two beside each other"), 2, 1),
    "1x2": (N_("Two above each other"), 1, 2),
    "3x1": (N_("Three beside each other"), 3, 1),
    "1x3": (N_("Three above each other"), 1, 3),
    "2x2": (N_("Four (2 × 2)"), 2, 2),
    "3x2": (N_("Six (3 × 2)"), 3, 2),
    "3x3": (N_("Nine (3 × 3)"), 3, 3),
}


def places(grid: str, width: int, height: int) -> list[Place]:
    """The areas of a grid, row by row; the last of each row and column takes what is left."""
    _, columns, rows = GRIDS[grid]
    wide, high = width // columns, height // rows
    return [
        (
            column * wide,
            row * high,
            width - column * wide if column == columns - 1 else wide,
            height - row * high if row == rows - 1 else high,
        )
        for row in range(rows)
        for column in range(columns)
    ]


def read_place(text: str) -> Place:
    """`0 0 520 520`; raises ValueError."""
    x, y, width, height = (int(each) for each in text.replace(",", " ").split())
    return x, y, width, height

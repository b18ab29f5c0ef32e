"""Shapely, loaded when the first boundary is looked at: numpy comes with it, 16 MB a process."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import shapely
    import shapely.errors
    import shapely.geometry
    import shapely.ops

    return getattr(shapely, name)

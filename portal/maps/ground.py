"""The city's boundaries for every map: whoever keeps them plugs in how to find them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from portal.maps.places import Ground

EXTENSION = "mado.map_ground"
NOTHING = Ground(())


def plug_in_ground(app: Flask, find: Callable[[], Ground]) -> None:
    """`find` gives the boundaries in force."""
    app.extensions[EXTENSION] = find


def city_ground() -> Ground:
    """The boundaries and districts; nothing where none are kept."""
    find: Callable[[], Ground] | None = current_app.extensions.get(EXTENSION)
    return find() if find else NOTHING

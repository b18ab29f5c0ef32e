"""Registers the garbage guide on the staff's face."""

from __future__ import annotations

from flask import Flask

from chatbot.garbage.staff import import_views, part_views, views
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

VIEWS = (import_views, part_views)  # they fill the blueprint


def register(app: Flask) -> None:
    """The blueprint and its place in the menu."""
    app.register_blueprint(views.bp)
    item = NavItem(
        "staff",
        N_("Garbage guide"),
        "garbage_staff.index",
        "bin",
        43,
        needs=views.SEE,
        group="answers",
    )
    registries(app).nav.append(item)

"""Registers facilities and shelters."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.guide.facilities import map_pages, showing, views


def register(app: Flask) -> None:
    """Pages, search."""
    app.register_blueprint(views.bp)
    app.register_blueprint(map_pages.bp)
    showing.register(app)
    registries(app).nav.append(
        NavItem(
            "staff",
            N_("Facilities"),
            "facilities.imports",
            "city",
            54,
            needs=views.VIEW,
            group="services",
        )
    )

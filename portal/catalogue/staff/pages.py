"""Registers the editor of the catalogue on the staff's face."""

from __future__ import annotations

from flask import Flask

from portal.catalogue.staff import act_views, edit_views, list_views, travel_views
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

VIEWS = (act_views, edit_views, travel_views)  # importing them fills the blueprint
NAV = NavItem("staff", N_("Services"), "catalogue_staff.index", "list", 30, needs=list_views.SEE)


def register(app: Flask) -> None:
    """The blueprint and its place in the menu."""
    app.register_blueprint(list_views.bp)
    registries(app).nav.append(NAV)

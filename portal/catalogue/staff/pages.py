"""Registers the editor of the catalogue on the staff's face."""

from __future__ import annotations

from flask import Flask, has_app_context

from portal.catalogue.lint import use_dead_links
from portal.catalogue.staff import act_views, edit_views, language_views, list_views, travel_views
from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.guide.links_kept import checking

VIEWS = (act_views, edit_views, language_views, travel_views)  # importing them fills the blueprint
NAV = NavItem(
    "staff",
    N_("Services"),
    "catalogue_staff.index",
    "list",
    30,
    needs=list_views.SEE,
    group="services",
)


def register(app: Flask) -> None:
    """The blueprint, its place in the menu, and what lint knows of links."""
    use_dead_links(_broken)
    app.register_blueprint(list_views.bp)
    registries(app).nav.append(NAV)


def _broken() -> dict[str, str]:
    """Links of the hub that failed twice in a row, each by its own key."""
    return {key: key for key in checking.broken()} if has_app_context() else {}

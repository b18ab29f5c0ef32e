"""Registers what comes from the city's own data: its website, the links hub, facilities."""

from __future__ import annotations

from flask import Flask

import portal.guide.facilities.pages as facility_pages
from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.guide.city_pages import importing, news, showing, views
from portal.guide.city_pages.models import (
    CityPage,
    PageCategory,
    PageRun,
    PageRunItem,
    PageSource,
)
from portal.guide.facilities.models import Facility, FacilityImport
from portal.guide.links_kept import bulk, checking, keeping
from portal.guide.links_kept import views as link_views
from portal.guide.links_kept.models import KeptLink, LinkCheck

RECORDS = (  # known to migrations
    PageSource,
    CityPage,
    PageRun,
    PageRunItem,
    PageCategory,
    KeptLink,
    LinkCheck,
    Facility,
    FacilityImport,
)


def register(app: Flask) -> None:
    """Blueprints, search sources and ticks."""
    for blueprint in (views.bp, news.bp, link_views.bp):
        app.register_blueprint(blueprint)
    showing.register(app)
    keeping.install(app)
    facility_pages.register(app)
    found = registries(app)
    found.bulk += bulk.ACTS
    found.nav += [
        NavItem(
            "staff",
            N_("City website"),
            "city_pages.index",
            "globe",
            50,
            needs=views.VIEW,
            group="services",
        ),
        NavItem(
            "staff",
            N_("Links"),
            "kept_links.index",
            "out",
            52,
            needs=link_views.VIEW,
            group="services",
        ),
    ]
    found.ticks += [("city_pages", importing.sweep), ("links", checking.sweep)]

"""Registers the disaster part: clerks' pages, the banner, the tick."""

from __future__ import annotations

from flask import Flask

from notifications.disaster import mode, polling, views
from notifications.disaster.models import RECORDS as RECORDS
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

NAV = (
    NavItem(
        "staff",
        N_("Disaster news"),
        "disaster.index",
        "siren",
        12,
        needs="notices.view",
        group="notices",
    ),
)


def register(app: Flask) -> None:
    """Called by notifications.pages."""
    app.register_blueprint(views.bp)
    mode.install(app)
    found = registries(app)
    found.nav += NAV
    # The banner leads there, and networks fall with the first shaking.
    found.offline_pages.append(("/shelters", ("js/nearby.js",)))
    found.ticks.append(("disaster", polling.tick))

"""Registers hand-overs: pages of clerks and residents, the interface, what is said of the data."""

from __future__ import annotations

from flask import Flask

from notifications.handing_over import api, resident_views, views
from notifications.handing_over.models import RECORDS
from notifications.handing_over.personal_data import DATA, HandOvers
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

NAV = NavItem(
    "staff", N_("Hand-over"), "hand_overs.index", "out", 60, needs="handover.manage", group="data"
)

__all__ = ["RECORDS", "register"]


def register(app: Flask) -> None:
    """Called by the package's `register`."""
    app.register_blueprint(views.bp)
    app.register_blueprint(resident_views.bp)
    app.register_blueprint(api.bp)
    plugged = registries(app)
    plugged.nav.append(NAV)
    plugged.merge_parts.append(HandOvers())
    plugged.personal_data.append(DATA)

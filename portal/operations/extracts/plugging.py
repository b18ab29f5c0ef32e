"""What extraction plugs into the application."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.operations.extracts import pages
from portal.operations.extracts.personal_data import DATA
from portal.operations.extracts.records import RECORDS
from portal.operations.extracts.subjects import SUBJECTS

__all__ = ["RECORDS", "register"]

NAV = (
    NavItem("staff", N_("Extraction"), "extracts.index", "out", 61, needs=pages.RUN),
    NavItem("staff", N_("Extractions to approve"), "extracts.waiting", "check", 62,
            needs=pages.APPROVE),
)  # fmt: skip


def register(app: Flask) -> None:
    """Pages, the portal's subjects, what is said of the data."""
    app.register_blueprint(pages.bp)
    found = registries(app)
    found.nav += NAV
    found.extracts += SUBJECTS
    found.personal_data.append(DATA)

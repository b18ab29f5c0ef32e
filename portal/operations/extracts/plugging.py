"""What extractions, the exit export and data patches plug into the application."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.operations.data_patches import pages as patch_pages
from portal.operations.data_patches import personal_data as patch_data
from portal.operations.data_patches import records as patch_records
from portal.operations.exit_export import pages as exit_pages
from portal.operations.exit_export import records as exit_records
from portal.operations.extracts import pages, records
from portal.operations.extracts.personal_data import DATA
from portal.operations.extracts.subjects import SUBJECTS

RECORDS = (*records.RECORDS, *exit_records.RECORDS, *patch_records.RECORDS)

NAV = (
    NavItem("staff", N_("Extraction"), "extracts.index", "out", 61, needs=pages.RUN, group="data"),
    NavItem(
        "staff",
        N_("Extractions to approve"),
        "extracts.waiting",
        "check",
        62,
        needs=pages.APPROVE,
        group="data",
    ),
    NavItem(
        "staff",
        N_("Data patches"),
        "patches.index",
        "edit",
        87,
        needs=patch_pages.WRITE,
        group="data",
    ),
    NavItem(
        "staff",
        N_("Patches to approve"),
        "patches.waiting",
        "check",
        88,
        needs=patch_pages.APPROVE,
        group="data",
    ),
    NavItem(
        "staff",
        N_("End of the contract"),
        "exit.index",
        "leave",
        95,
        needs=exit_pages.DECIDE,
        group="data",
    ),
)


def register(app: Flask) -> None:
    """Pages, the portal's subjects, what is said of the data."""
    for blueprint in (pages.bp, patch_pages.bp, exit_pages.bp):
        app.register_blueprint(blueprint)
    found = registries(app)
    found.nav += NAV
    found.extracts += SUBJECTS
    found.personal_data += [DATA, patch_data.DATA]

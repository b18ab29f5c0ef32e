"""What protects people's data plugs in: retention and its page."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.operations import retention, retention_pages
from portal.operations.retention_records import RetentionCount, RetentionReport

RECORDS = (RetentionCount, RetentionReport)
NAV = (
    NavItem(
        "staff",
        N_("How long data are kept"),
        "retention.index",
        "clock",
        86,
        needs=retention_pages.SEE,
    ),
)


def register(app: Flask) -> None:
    """Pages and ticks."""
    retention.install(app)
    app.register_blueprint(retention_pages.bp)
    found = registries(app)
    found.nav += NAV
    found.ticks.append(("retention", retention.tick))

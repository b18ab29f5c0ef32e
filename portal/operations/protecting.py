"""What protects people's data plugs in: retention, its page, and the test environment."""

from __future__ import annotations

from flask import Flask

from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.operations import retention, retention_pages, test_environment
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
        group="running",
    ),
)


def register(app: Flask) -> None:
    """Pages and ticks."""
    retention.install(app)
    test_environment.install(app, app.extensions["mado.settings"])
    app.register_blueprint(retention_pages.bp)
    found = registries(app)
    found.nav += NAV
    found.ticks.append(("retention", retention.tick))

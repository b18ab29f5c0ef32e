"""What reports plug into the application: pages, ticks, doors, a part of My Page."""

from __future__ import annotations

from flask import Flask, render_template

from chatbot.reports import bulk, finding, keeping, links, talk, telling, words
from chatbot.reports.ground import ground
from chatbot.reports.merging import Reports
from chatbot.reports.personal_data import DATA
from chatbot.reports.web import (
    open311,
    settings_pages,
    staff_acts,
    staff_pages,
    status_pages,
    telling_pages,
)
from portal.core.errors import N_
from portal.core.registries import NavItem, Section, registries
from portal.maps.ground import plug_in_ground

PAGES = (telling_pages, status_pages, staff_pages, staff_acts, settings_pages, open311)


def register(app: Flask) -> None:
    """All of it."""
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    plug_in_ground(app, ground)
    found = registries(app)
    found.nav.append(
        NavItem(
            "staff",
            N_("Reports"),
            "report_board.index",
            "camera",
            40,
            needs="reports.view",
            group="inbox",
        )
    )
    found.doors.append(
        NavItem("resident", N_("Tell the city about damage"), "reports.index", "camera", 60)
    )
    found.offline_pages.append(("/reports/new", ("css/reports.css", "js/report.js")))
    found.sections.append(Section("reports", 90, finding.NEWEST, my_reports))
    found.bulk += bulk.ACTS
    found.personal_data.append(DATA)
    found.merge_parts.append(Reports())
    found.before_erasing.append(keeping.forget_resident)
    found.webhook["unsend"] = talk.taken_back
    found.ticks += [
        ("reports told", telling.sweep),
        ("reports kept", keeping.sweep),
        ("report files", keeping.tidy_at_night),
    ]


def my_reports(found: list[list[str]] | None) -> str:
    """On My Page: what this resident told (`finding.NEWEST`), while it is not long over."""
    if not found:
        return ""
    own = [finding.Told.read(row) for row in found]
    return render_template("chatbot/reports/my.html", own=own, links=links, words=words)

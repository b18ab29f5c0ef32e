"""Registers what staff tune the bot with."""

from __future__ import annotations

from flask import Flask

from chatbot.tuning import bulk, leaving, log, tickets, training
from chatbot.tuning.personal_data import DATA
from chatbot.tuning.staff import (
    inbox_views,
    release_views,
    report_views,
    test_views,
    ticket_views,
    trial_views,
)
from chatbot.tuning.staff.words import SEE, bp
from chatbot.waiting import WAITING
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

VIEWS = (inbox_views, release_views, report_views, test_views, ticket_views, trial_views)
NAV = NavItem(
    "staff", N_("What was not found"), "tuning.inbox", "search", 42, needs=SEE, group="answers"
)


def register(app: Flask) -> None:
    """Pages, ticks and what is kept of residents."""
    app.register_blueprint(leaving.bp)
    app.register_blueprint(bp)
    app.jinja_env.globals["test_panel"] = test_views.panel
    plugged = registries(app)
    plugged.personal_data.append(DATA)
    plugged.nav.append(NAV)
    plugged.waiting += WAITING
    plugged.bulk += bulk.ACTS
    app.jinja_env.globals["miss_row"] = bulk.row_of
    plugged.ticks += [
        ("question log", log.forget),
        ("question tickets", tickets.forget),
        ("nightly learning", training.nightly),
    ]

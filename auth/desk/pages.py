"""Registers the desk's pages, records, ticks and what goes with a loss."""

from __future__ import annotations

from flask import Flask, make_response, render_template
from werkzeug.wrappers import Response

from auth import recovery_effects
from auth.desk import lists, numbers, recover_views, resident_views, staff_views
from auth.recovery_cases import RecoveryCase
from auth.recovery_stops import Held
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

RECORDS = (lists.DeskList, numbers.CounterNumber, RecoveryCase)  # known to migrations
VIEWS = (recover_views, resident_views)  # importing them fills the blueprint


def register(app: Flask) -> None:
    """Blueprint, error page, ticks."""
    app.register_blueprint(staff_views.bp)
    app.register_error_handler(Held, _held)
    registries(app).nav.append(
        NavItem(
            "staff",
            N_("Help at the counter"),
            "assist.index",
            "person",
            70,
            needs=staff_views.MAY,
            group="counter",
        )
    )
    registries(app).ticks += [
        ("desk_lists", lists.sweep),
        ("counter_numbers", numbers.sweep),
        ("recoveries", recovery_effects.take_due),
    ]


def _held(error: Held) -> Response:
    with transaction() as session:
        audit.record(session, "sign_in.held")
    return make_response(render_template("auth/desk/held.html"), 403)

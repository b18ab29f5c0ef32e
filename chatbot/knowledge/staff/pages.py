"""Registers the pages of answers on the staff's face."""

from __future__ import annotations

from flask import Flask

from chatbot.knowledge import bulk, editing, from_pages
from chatbot.knowledge.staff import (
    act_views,
    city_views,
    edit_views,
    list_views,
    table_views,
    words_views,
)
from chatbot.knowledge.staff.words import SEE
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

VIEWS = (act_views, city_views, edit_views, table_views, words_views)  # they fill the blueprint
NAV = NavItem("staff", N_("Answers"), "answers_staff.index", "talk", 40, needs=SEE, group="answers")


def register(app: Flask) -> None:
    """The blueprint, its place in the menu, and what happens by itself."""
    app.register_blueprint(list_views.bp)
    plugged = registries(app)
    plugged.nav.append(NAV)
    plugged.bulk += bulk.ACTS
    plugged.ticks += [
        ("answers going live", editing.go_live_due),
        ("answers' city pages", from_pages.look_again),
    ]

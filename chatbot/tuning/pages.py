"""Registers what staff tune the bot with."""

from __future__ import annotations

from flask import Flask

from chatbot.tuning import leaving, log, tickets
from chatbot.tuning.personal_data import DATA
from portal.core.registries import registries


def register(app: Flask) -> None:
    """Ticks and what is kept of residents."""
    app.register_blueprint(leaving.bp)
    plugged = registries(app)
    plugged.personal_data.append(DATA)
    plugged.ticks += [("question log", log.forget), ("question tickets", tickets.forget)]

"""Registers what staff tune the bot with."""

from __future__ import annotations

from flask import Flask

from chatbot.tuning import log
from chatbot.tuning.personal_data import DATA
from portal.core.registries import registries


def register(app: Flask) -> None:
    """Ticks and what is kept of residents."""
    plugged = registries(app)
    plugged.personal_data.append(DATA)
    plugged.ticks += [("question log", log.forget)]

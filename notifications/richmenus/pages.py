"""Registers menus: staff pages, landing addresses, the tick, and what changes whose menu."""

from __future__ import annotations

from typing import Any

from flask import Flask

from notifications.channels import following
from notifications.disaster import mode
from notifications.richmenus import drawing_views, landing, linking, syncing, views
from notifications.richmenus.landing import switched
from notifications.richmenus.models import RECORDS
from notifications.richmenus.syncing import tick
from portal.core.registries import registries

__all__ = ["RECORDS", "followed", "register", "switched", "tick"]
VIEWS = (drawing_views,)  # importing it fills the blueprint


def register(app: Flask) -> None:
    """Everything of menus that the application knows."""
    app.register_blueprint(views.bp)
    landing.install(app)
    mode.on_change(app, syncing.on_mode)
    registries(app).blind_indexes.append(linking.INDEX)
    registries(app).friendship.append(syncing.on_friend)


def followed(event: dict[str, Any]) -> None:
    """Somebody added the account or came back: notices reach them, and their own menu shows."""
    following.followed(event)
    syncing.came_back(event)

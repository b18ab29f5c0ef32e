"""Doors: pages of packages to the left that the front page and the menu lead to."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import gettext
from portal.core.registries import registries
from portal.core.web.app import path_of


def doors() -> list[dict[str, Any]]:
    """As cards, in their order; for templates."""
    return [
        {"label": gettext(item.label), "url": path_of(item.endpoint), "icon": item.icon}
        for item in sorted(registries().doors, key=lambda item: item.order)
    ]

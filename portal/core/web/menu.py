"""The menu of a face: one list for residents, groups for clerks, who have forty entries."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from portal.core import i18n
from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.core.web.access import Viewer

# In the order of the menu; each entry says its own (registries.NavItem.group).
GROUPS = {
    "notices": N_("Notices and sending"),
    "answers": N_("Answers and garbage"),
    "services": N_("Services and places"),
    "counter": N_("Residents at the counter"),
    "inbox": N_("Reports and tickets"),
    "figures": N_("Figures and reports"),
    "running": N_("Running the service"),
    "rights": N_("Staff, rights and records"),
    "data": N_("Tools and data"),
    "own": N_("For yourself"),
}


def links(viewer: Viewer) -> list[dict[str, Any]]:
    """The menu of the viewer's face, as layouts print it; the same for all who may see the same."""
    menus: dict[Any, list[dict[str, Any]]] = current_app.extensions["mado.menus"]
    key = (
        viewer.face,
        viewer.signed_in,
        viewer.permissions,
        request.endpoint,
        i18n.current_language(),
    )
    if key not in menus:
        menus[key] = _menu(viewer)
    return menus[key]


def groups(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The clerks' menu in its groups; the one that holds the page at hand is open."""
    found = []
    for key, label in GROUPS.items():
        held = [item for item in items if item["group"] == key]
        if held:
            here = any(item["here"] for item in held)
            found.append({"key": key, "label": i18n.gettext(label), "items": held, "open": here})
    return found


def path_of(endpoint: str) -> str:
    """The path of a page without parameters; built once, since every page prints the menu."""
    paths: dict[str, str] = current_app.extensions["mado.paths"]
    if endpoint not in paths:
        paths[endpoint] = url_for(endpoint)
    return paths[endpoint]


def _menu(viewer: Viewer) -> list[dict[str, Any]]:
    shown = [
        item
        for item in sorted(registries().nav, key=lambda item: item.order)
        if item.face == viewer.face and _shows(item, viewer)
    ]
    nearest = _nearest([path_of(item.endpoint) for item in shown])
    return [
        {
            "label": i18n.gettext(item.label),
            "url": path_of(item.endpoint),
            "icon": item.icon,
            "group": item.group or "own",
            "current": request.endpoint == item.endpoint,
            "here": viewer.face == "staff" and path_of(item.endpoint) == nearest,
        }
        for item in shown
    ]


def _nearest(paths: list[str]) -> str:
    """The entry this page lies under: /staff/notices for a notice."""
    rule = request.url_rule.rule if request.url_rule else request.path
    over = [path for path in paths if rule == path or rule.startswith(f"{path.rstrip('/')}/")]
    return max(over, key=len, default="")


def _shows(item: NavItem, viewer: Viewer) -> bool:
    if item.needs is None:
        return True
    return viewer.signed_in if item.needs == "resident" else viewer.may(item.needs)

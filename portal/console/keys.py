"""Keyboard shortcuts of clerks' pages: what they are, where they lead, and who has none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, g, has_request_context, request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.console.records import KeysOff
from portal.core import audit
from portal.core.db import rows
from portal.core.errors import N_
from portal.core.i18n import gettext
from portal.core.registries import registries
from portal.core.web.access import access_of
from portal.core.web.menu import path_of

KEPT = "mado.keys"  # of a request
OFF = "SELECT 1 FROM keys_off WHERE staff_id = %(me)s"
# After g; only pages this clerk may open are offered.
GO = {
    "h": "operations.home",
    "n": "notices.index",
    "q": "tuning.inbox",
    "f": "answers_staff.index",
    "b": "garbage_staff.index",
    "s": "catalogue_staff.index",
    "r": "report_board.index",
    "t": "tickets.index",
    "p": "assist.index",
    "k": "kpi.index",
    "w": "watching.index",
    "a": "staff_accounts.index",
    "l": "audit.index",
}
KEYS = (
    ("?", N_("This list")),
    ("/", N_("To the search for pages")),
    ("j", N_("Next row")),
    ("k", N_("Row before")),
    ("x", N_("Choose the row, or not")),
    ("o", N_("Open the row (Enter does it as well)")),
    ("n", N_("The page's first button: a new one")),
    ("e", N_("Edit")),
    ("a", N_("To the button that approves; Enter presses it")),
)


def on_pages() -> dict[str, Any]:
    """What the layout of clerks' pages prints."""
    viewer = g.get("viewer") if has_request_context() else None
    if viewer is None or viewer.kind != "staff" or viewer.id is None:
        return {}
    if KEPT not in request.environ:  # a page is made of several templates
        said = {"on": is_on(viewer.id), "list": _said(), **_going(viewer)}
        request.environ[KEPT] = said
    return {"keys": request.environ[KEPT]}


def is_on(staff_id: UUID) -> bool:
    """Whether single letters act for this clerk."""
    return not rows(OFF, {"me": staff_id})


def switch(session: Session, staff_id: UUID, *, on: bool) -> None:
    """On or off."""
    session.execute(delete(KeysOff).where(KeysOff.staff_id == staff_id))
    if not on:
        session.add(KeysOff(staff_id=staff_id))
    audit.record(session, "staff.keys_switched", ("staff", staff_id), on=on)


def _said() -> list[tuple[str, str]]:
    return [(key, gettext(words)) for key, words in KEYS]


def _going(viewer: Any) -> dict[str, Any]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    names = {item.endpoint: item.label for item in registries().nav if item.face == "staff"}
    names["operations.home"] = N_("Staff home")
    found = []
    for key, endpoint in GO.items():
        access = access_of(app, endpoint)
        if endpoint not in names or access is None:
            continue
        if access.permission is None or viewer.may(access.permission):
            found.append((key, gettext(names[endpoint]), path_of(endpoint)))
    return {
        "go": [(key, name) for key, name, _ in found],
        "go_urls": {key: url for key, _, url in found},
    }

"""The readable table of permissions is what the routes ask for, and each operation has words."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from auth.staff.operations import OPERATIONS
from launcher.permissions import as_markdown
from portal.core.registries import registries
from portal.core.web.access import access_of

DOC = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_routes_and_menus_ask_for_operations_that_roles_can_hold(app: Flask) -> None:
    asked = {
        access.permission
        for rule in app.url_map.iter_rules()
        for access in [access_of(app, rule.endpoint)]
        if access is not None and access.permission
    }
    asked |= {item.needs for item in registries(app).nav if item.face == "staff" and item.needs}
    assert asked <= OPERATIONS.keys(), (
        f"say in auth/staff/operations.py: {asked - OPERATIONS.keys()}"
    )
    assert not OPERATIONS.keys() - asked, "operations nothing asks for"


def test_the_document_says_what_the_routes_ask_for(app: Flask) -> None:
    again = "run ./mado permissions > docs/permissions.md"
    assert DOC.read_text("utf-8") == as_markdown(app), again

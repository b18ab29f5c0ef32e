"""Registers the pages, records and ticks of passkeys."""

from __future__ import annotations

from flask import Flask

from auth.passkeys import browser, ceremonies
from auth.passkeys.makes import make_of
from auth.passkeys.offers import PasskeyOffer
from auth.passkeys.records import Ceremony, Passkey
from auth.passkeys.views import account, invitation, sign_in, staff
from portal.core.registries import NavItem, registries

RECORDS = (Passkey, Ceremony, PasskeyOffer)
VIEWS = (sign_in, account, staff, invitation)  # importing them fills the blueprints


def register(app: Flask) -> None:
    """Ticks, the clerk's own page in the menu, and what templates ask."""
    registries(app).ticks += [("passkey_ceremonies", ceremonies.sweep)]
    registries(app).nav += [
        NavItem("staff", "How I sign in", "auth_staff.account", "lock", 900, group="own")
    ]
    app.jinja_env.globals |= {
        "passkeys_in_line": browser.in_line,
        "passkeys_work_here": browser.works_here,
        "passkey_make": make_of,
    }

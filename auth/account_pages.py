"""Registers what residents change about their account: ways in, merging, leaving, consents."""

from __future__ import annotations

from flask import Flask

from auth import address_undos, line_grants
from auth.address_undos import AddressUndo
from auth.line_grants import LineGrant
from auth.views import linking
from portal.core.registries import registries

RECORDS = (LineGrant, AddressUndo)  # known to migrations
VIEWS = (linking,)  # importing them fills the blueprint


def register(app: Flask) -> None:
    """Ticks."""
    registries(app).ticks += [
        ("line_grants", line_grants.sweep),
        ("address_undos", address_undos.sweep),
    ]

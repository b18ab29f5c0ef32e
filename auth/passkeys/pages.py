"""Registers the pages, records and ticks of passkeys."""

from __future__ import annotations

from flask import Flask

from auth.passkeys import ceremonies
from auth.passkeys.offers import PasskeyOffer
from auth.passkeys.records import Ceremony, Passkey
from portal.core.registries import registries

RECORDS = (Passkey, Ceremony, PasskeyOffer)


def register(app: Flask) -> None:
    """Ticks, and what templates ask."""
    registries(app).ticks += [("passkey_ceremonies", ceremonies.sweep)]

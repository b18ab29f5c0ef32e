"""Whether this city offers the card, and what pages say of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, current_app
from flask_babel import gettext

from auth.card import reading
from auth.federation import asking
from auth.federation.config import Issuer
from portal.catalogue.load import load_catalogue
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.registries import registries
from portal.residents.days import said_with_era


def install(app: Flask) -> None:
    """Pages ask `card_offered()`; their forms may lead to the issuer."""
    app.jinja_env.globals["card_offered"] = offered
    with app.app_context():
        registries(app).form_targets += [origin_of(one) for one in asking.on_face("resident")]


def offered() -> bool:
    """Whether an issuer for residents' cards is configured."""
    return asking.offers_card()


def issuer() -> Issuer:
    """It; raises NotFound."""
    found = asking.on_face("resident")
    if not found:
        raise NotFound()
    return found[0]


def callback(one: Issuer) -> str:
    """The callback of one issuer, at no other's address."""
    public_url = current_app.extensions["mado.settings"].PUBLIC_URL
    return f"{public_url}/sign-in/with/{one.name}/callback"


def origin_of(one: Issuer) -> str:
    """Where the browser goes; a discovered endpoint is held to the issuer's own origin."""
    parts = urlsplit(one.authorization_endpoint or one.issuer)
    return f"{parts.scheme}://{parts.netloc}"


def part_values(resident_id: UUID) -> dict[str, Any]:
    """For the security page."""
    with transaction() as session:
        record = reading.newest(session, resident_id)
        since = reading.connected_at(session, resident_id)
    return {"offered": offered(), "since": since, "record": record, "words": words}


def words(field: str, value: Any) -> str:
    """A value of the card, or of what was typed, as pages say it."""
    if value is None:
        return str(gettext("(not filled in)"))
    if isinstance(value, date):
        return said_with_era(value, current_language())
    if field == "sex":
        return str(gettext("Female") if value == "F" else gettext("Male"))
    if field == "district":
        found = load_catalogue().districts.get(value)
        return found.name.say(current_language()) if found else str(value)
    return str(value)

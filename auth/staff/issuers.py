"""Which outside issuers clerks' accounts may be bound to."""

from __future__ import annotations

from flask import current_app

from auth.federation import config as openid
from auth.saml import config as saml
from portal.core.settings import Settings


def known_issuers() -> frozenset[str]:
    """Names of the issuers the settings name for staff, OpenID and SAML."""
    settings: Settings = current_app.extensions["mado.settings"]
    by_openid = {one.issuer for one in openid.load(settings).values() if one.face == "staff"}
    return frozenset(by_openid | {one.entity_id for one in saml.load(settings).values()})

"""Which machines may ask how the portal does: those of the networks in the settings."""

from __future__ import annotations

from flask import current_app, request

from portal.core.errors import NotFound
from portal.core.settings import Settings
from portal.core.web.networks import behind_unknown_proxy, networks, within


def insist() -> None:
    """404 for everybody else, as if the page were not there."""
    settings: Settings = current_app.extensions["mado.settings"]
    known = within(request.remote_addr or "", networks(settings.METRICS_FROM))
    if not known or behind_unknown_proxy():
        raise NotFound()

"""Which machines may ask how the portal does: those of the networks in the settings."""

from __future__ import annotations

import ipaddress

from flask import current_app, request

from portal.core.errors import NotFound
from portal.core.settings import Settings


def insist() -> None:
    """404 for everybody else, as if the page were not there."""
    settings: Settings = current_app.extensions["mado.settings"]
    # A proxy in front that nobody told us of would make everybody look like this machine.
    forwarded = not settings.TRUSTED_PROXIES and request.headers.get("X-Forwarded-For")
    if forwarded or not allowed(request.remote_addr or "", settings.METRICS_FROM):
        raise NotFound()


def allowed(address: str, networks: str) -> bool:
    """Whether the address is in one of the networks."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(one, strict=False) for one in networks.split())

"""Addresses of sites that are not ours; in a local city the city tool stands for them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app

from portal.core.settings import Settings


def address_of(url: str) -> str:
    """Where a link to an outside site leads in this city."""
    settings: Settings = current_app.extensions["mado.settings"]
    return stand_in_address(url, settings.OUTSIDE_SITES_URL)


def stand_in_address(url: str, base: str) -> str:
    """`https://HOST.example/path?query` under `base`; any other address, or no base: as it is.

    Names under .example never resolve (RFC 2606), so nothing real can be meant by them.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not base or not host.endswith(".example"):
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}/sites/{host}{parts.path or '/'}{query}"

"""How much one network may search; typing quickly must stay possible for a household."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, request

from portal.core.settings import Settings
from portal.core.web.app import limiter

View = TypeVar("View", bound=Callable[..., Any])
SEARCHES = "120 per minute"  # many phones share a carrier's address
LETTERS = "600 per minute"  # one request for some letters typed


def limited(rate: str) -> Callable[[View], View]:
    """Marks a page that one network may ask for so often."""

    def mark(view: View) -> View:
        return cast("View", limiter.limit(rate, key_func=_network, exempt_when=_is_local)(view))

    return mark


def _network() -> str:
    """The /24 or /64 a visitor comes from."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    length = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _is_local() -> bool:
    """A city on one machine: everybody comes from it."""
    settings: Settings = current_app.extensions["mado.settings"]
    local = _network().startswith(("127.", "::/"))
    return local and not settings.refuses_stand_ins

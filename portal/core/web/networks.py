"""Networks in the settings, and the staff console's door: open to those networks alone."""

from __future__ import annotations

import ipaddress
import time

import structlog
from flask import Flask, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from portal.core import audit
from portal.core.db import transaction
from portal.core.settings import Settings
from portal.core.web.sessions import face_of

log = structlog.get_logger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
# A balancer asks these of the machine, whatever name it asks by.
BALANCERS = frozenset({"health.live", "health.ready"})
QUIET = 600.0  # seconds in which an address turned away again is no new entry of the audit log
UNKNOWN_PROXY = "mado.unknown_proxy"  # in the WSGI environment: somebody unnamed forwards
ENTRIES = 100  # at most, in that time: a flood of addresses is told to the log file alone


def networks(text: str) -> Networks:
    """The networks a setting lists, separated by spaces."""
    return tuple(ipaddress.ip_network(one, strict=False) for one in text.split())


def address(text: str) -> Address | None:
    """The address; IPv4 where it is IPv4 written as IPv6. None where it is none."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def within(text: str, allowed: Networks) -> bool:
    """Whether the address is in one of the networks; what is no address is in none."""
    found = address(text)
    return found is not None and any(found in one for one in allowed)


def behind_unknown_proxy() -> bool:
    """A proxy that the settings do not name would make everybody look like itself."""
    settings: Settings = current_app.extensions["mado.settings"]
    unnamed = not settings.TRUSTED_PROXIES and "X-Forwarded-For" in request.headers
    return bool(unnamed or request.environ.get(UNKNOWN_PROXY))


class Refusals:
    """Which addresses were turned away lately, so that the audit log is not flooded by them."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def is_new(self, remote: str, moment: float) -> bool:
        """Whether this one is worth an entry; remembers it."""
        self._at = {one: at for one, at in self._at.items() if moment - at < QUIET}
        if remote in self._at or len(self._at) >= ENTRIES:
            return False
        self._at[remote] = moment
        return True


def install(app: Flask, settings: Settings) -> None:
    """Turn away whoever asks for clerks' pages from elsewhere, before anything else is done."""
    allowed = networks(settings.STAFF_FROM)
    if not allowed:
        return
    refusals = Refusals()

    @app.before_request
    def keep_to_networks() -> Response | None:
        if face_of(request) != "staff" or request.endpoint in BALANCERS:
            return None
        remote = request.remote_addr or ""
        known = within(remote, allowed) and not behind_unknown_proxy()
        return None if known else _refuse(remote, refusals)


def _refuse(remote: str, refusals: Refusals) -> Response:
    log.warning("staff.network_refused", address=remote, endpoint=request.endpoint)
    if refusals.is_new(remote, time.monotonic()):
        _write_down(remote)
    page = render_template(
        "portal/not_from_here.html",
        address=remote,
        city_name=current_app.extensions["mado.settings"].CITY_NAME,
    )
    return make_response(page, 403)


def _write_down(remote: str) -> None:
    """An entry of the audit log; without the database the log file alone tells."""
    try:
        with transaction() as session:
            audit.record(session, "staff.request_refused", actor=("visitor", None), network=remote)
    except SQLAlchemyError as error:
        log.error("staff.network_refused.unwritten", error=type(error).__name__)

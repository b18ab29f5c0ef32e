"""Reverse proxies in front (the prefecture's security cloud, our own): whose word is believed.

Werkzeug's ProxyFix believes whoever reaches the port and counts values from the right; a header of
fewer values is then ignored altogether. Here only named networks are believed, however they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from portal.core.web.networks import UNKNOWN_PROXY, Networks, address, within

FOR, PROTO, HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
# RFC 7239's own, and those no part of the portal reads: gone, so that none ever is.
OTHERS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_REAL_IP",
)
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Told:
    """What believed proxies say of a request: None where they say nothing."""

    visitor: str
    proto: str | None
    host: str | None


def told(peer: str, forwarded: dict[str, list[str]], trusted: Networks, most: int) -> Told | None:
    """Who asked whom, by what `most` trusted proxies said; None when the peer is none of them.

    The list is read from the right, where the nearest proxy wrote: a visitor may write on the left.
    """
    if not within(peer, trusted):
        return None
    visitor, passed = peer, 0
    for one in reversed(forwarded.get(FOR, [])):
        if passed == most or not within(visitor, trusted) or address(one) is None:
            break
        visitor, passed = str(address(one)), passed + 1
    hops = max(passed, 1)
    return Told(visitor, _said(forwarded.get(PROTO), hops), _said(forwarded.get(HOST), hops))


def _said(values: list[str] | None, hops: int) -> str | None:
    """What the outermost trusted proxy wrote; proxies that replace instead of add leave fewer."""
    return values[-min(hops, len(values))] if values else None


class Proxies:
    """WSGI: the visitor's address, scheme and host as trusted proxies tell; no one else's word."""

    def __init__(self, application: Application, trusted: Networks, most: int) -> None:
        self._application, self._trusted, self._most = application, trusted, most

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        forwarded = {
            name: [part.strip() for part in environ.pop(name).split(",") if part.strip()]
            for name in (FOR, PROTO, HOST)
            if name in environ
        }
        for name in OTHERS:
            environ.pop(name, None)
        found = told(environ.get("REMOTE_ADDR", ""), forwarded, self._trusted, self._most)
        if found:
            self._believe(environ, found)
        elif FOR in forwarded:
            environ[UNKNOWN_PROXY] = True
        return self._application(environ, start_response)

    def _believe(self, environ: dict[str, Any], found: Told) -> None:
        environ["REMOTE_ADDR"] = found.visitor
        if found.proto in {"http", "https"}:
            environ["wsgi.url_scheme"] = found.proto
        if found.host:
            environ["HTTP_HOST"] = found.host

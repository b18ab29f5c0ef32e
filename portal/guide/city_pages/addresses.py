"""One page, one address: the rule over the city's two host names."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

INDEXES = ("index.html", "index.htm", "index.php", "index.shtml", "default.aspx")
TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid")
LONGEST = 1000  # characters
PLAIN_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """Host and port as sources name them: small letters, without the usual port; "" if none."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in PLAIN_PORTS or not host or parts.username is not None:
        return ""
    return host if port in {None, PLAIN_PORTS[parts.scheme]} else f"{host}:{port}"


def absolute(link: str, base: str) -> str:
    """A link of the page at `base` as a full address; "" when it is none."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def canonical(url: str, hosts: Sequence[str]) -> str | None:
    """The one name of a page, or None where it is not a page of these hosts.

    All of `hosts` are the same site and the first stands for them; http and https are the same;
    index.html, a slash at the end, utm_… parameters and fragments make no other page; the order of
    parameters neither. Letters' case in paths does: servers differ.
    """
    host = host_of(url)
    if host not in hosts or len(url) > LONGEST:
        return None
    parts = urlsplit(url.strip())
    return urlunsplit(("https", hosts[0], _path(parts.path), _query(parts.query), ""))


def _path(path: str) -> str:
    plain = quote(unquote(path), safe="/~!$&'()*+,;=:@-._")
    clean = posixpath.normpath("/" + plain.lstrip("/"))
    folder, _, file = clean.rpartition("/")
    return (folder if file.lower() in INDEXES else clean) or "/"


def _query(query: str) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not name.lower().startswith(TRACKING)
    ]
    return urlencode(sorted(kept))

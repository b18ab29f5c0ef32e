"""The link of a notice: which a clerk may give, and how it is written for machines."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlsplit
from uuid import UUID

LONGEST = 900  # LINE takes 1,000 characters of a percent-encoded address; ours may be put before it
_SAFE = "%/:?#[]@!$&'()*+,;=~"  # RFC 3986: what has a meaning, or is encoded already


def link_allowed(link: str | None) -> bool:
    """A path of our own or an https address of a host; nothing a phone could run."""
    if not link:
        return True
    if any(c.isspace() or ord(c) < 33 for c in link):
        return False
    try:
        parts = urlsplit(link)
        fits = len(encoded(link)) <= LONGEST
    except ValueError:  # brackets without an end, or a host that is no name
        return False
    own = link.startswith("/") and link[1:2] not in {"/", "\\"}
    # "https://city.example@other.example/" leads to the other one.
    outside = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    return fits and (own or outside)


def encoded(link: str) -> str:
    """The address as LINE wants it: host in IDNA, everything else percent-encoded UTF-8.

    For one Japanese letter in an address LINE refuses the message to all recipients (Messaging
    API reference, addresses in request bodies). Raises ValueError where there is no such host.
    """
    parts = urlsplit(link)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    return quote(parts._replace(netloc=host).geturl(), safe=_SAFE)


def landing(notice_id: UUID, channel: str, what: str = "") -> str:
    """Our own address that counts an opening and leads on; `what` is "" or "/link"."""
    token = base64.urlsafe_b64encode(notice_id.bytes).decode().rstrip("=")
    return f"/n/{token}{what}?from={channel}"

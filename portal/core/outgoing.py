"""Reading pages of other servers: bounded in time and size, and never into our own network."""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, LocationParseError, SSLError, TimeoutError

from portal.core.settings import Settings

CHUNK = 65_536
REDIRECTS = (301, 302, 303, 307, 308)
# Addresses that carry another one inside: ipaddress calls them global (RFC 6052, 3056, 4380).
WRAPPING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))


class Unreachable(Exception):
    """The page could not be read; `reason` is a short code for reports."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    """How much of another server's answer is waited for and kept."""

    seconds: float = 20
    most_bytes: int = 2 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What a server said. `url`: where it was said, after redirects, as the world names it."""

    status: int
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0

    def header(self, name: str) -> str:
        """A header, empty when it is not there."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True)
class Reader:
    """Reads pages for one purpose.

    `allowed(url)` says whether an address, also one redirected to, may be asked. `really(url)`
    says where it stands on this machine (portal.core.outside), in a local city only.
    """

    settings: Settings
    agent: str
    allowed: Callable[[str], bool]
    really: Callable[[str], str]
    limits: Limits = Limits()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The page at `url`, whatever its status; raises Unreachable."""
        started, here = time.monotonic(), url
        for _ in range(self.limits.redirects + 1):
            if not self.allowed(here):
                raise Unreachable("not_allowed" if here == url else "redirect_not_allowed")
            answer = self._once(here, dict(headers or {}), started)
            target = answer.header("location")
            if answer.status not in REDIRECTS or not target:
                return answer
            here = _joined(here, target)
        raise Unreachable("redirects")

    def _once(self, url: str, headers: dict[str, str], started: float) -> Answer:
        asked = self.really(url)
        try:
            parts = urlsplit(asked)
            secure, port = parts.scheme == "https", parts.port
        except ValueError:
            raise Unreachable("address") from None
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host or parts.username:
            raise Unreachable("address")
        port = port or (443 if secure else 80)
        address = safe_address(host, port, self.settings)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        told = {"Host": parts.netloc, "User-Agent": self.agent, "Accept-Encoding": "identity"}
        try:
            with _pool(address, host, port, secure, self.limits.seconds) as pool:
                response = pool.request(
                    "GET",
                    _ascii(path),
                    headers=told | headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    decode_content=False,
                )
                return self._answer(url, response, started)
        except SSLError:
            raise Unreachable("certificate") from None
        except TimeoutError:
            raise Unreachable("slow") from None
        except (HTTPError, LocationParseError, OSError, ValueError):
            raise Unreachable("no_answer") from None

    def _answer(self, url: str, response: BaseHTTPResponse, started: float) -> Answer:
        try:
            headers = {name.lower(): value for name, value in response.headers.items()}
            if "mado-standin" in headers and self.settings.refuses_stand_ins:
                raise Unreachable("stand_in")
            body = self._body(response, started)
            if headers.get("content-encoding", "").lower() in {"gzip", "x-gzip"}:
                body = unzipped(body, self.limits.most_bytes)
            took = time.monotonic() - started
            return Answer(response.status, url, body, headers, took)
        finally:
            response.close()

    def _body(self, response: BaseHTTPResponse, started: float) -> bytes:
        """A server that sends a byte a second must not hold a worker for hours."""
        parts, size = [], 0
        while part := response.read1(CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.limits.most_bytes:
                raise Unreachable("too_big")
            if time.monotonic() - started > self.limits.seconds:
                raise Unreachable("slow")
        return b"".join(parts)


def unzipped(body: bytes, most: int) -> bytes:
    """A gzip's content, at most `most` bytes of it; raises Unreachable."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        content = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise Unreachable("unreadable") from None
    if len(content) > most:
        raise Unreachable("too_big")
    if not unpacking.eof:
        raise Unreachable("unreadable")
    return content


def safe_address(host: str, port: int, settings: Settings) -> str:
    """The host's address, looked up once and then used: a name may mean another a moment later.

    A city in public never calls into its own network (SSRF); a local one may call this machine.
    """
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("no_such_host") from None
    found = [str(row[4][0]) for row in rows]
    if not found or not all(_may_be_asked(one, settings) for one in found):
        raise Unreachable("private_address")
    return sorted(found, key=lambda one: ":" in one)[0]  # IPv4 first


def _may_be_asked(address: str, settings: Settings) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(ip, "ipv4_mapped", None) or ip
    if inner.is_loopback:
        return not settings.refuses_stand_ins
    wrapped = any(inner in net for net in WRAPPING if net.version == inner.version)
    return inner.is_global and not inner.is_multicast and not wrapped


def _pool(address: str, host: str, port: int, secure: bool, seconds: float) -> HTTPConnectionPool:
    patience = Timeout(connect=min(5, seconds), read=seconds)
    if secure:
        return HTTPSConnectionPool(
            address, port, timeout=patience, server_hostname=host, assert_hostname=host
        )
    return HTTPConnectionPool(address, port, timeout=patience)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        raise Unreachable("address") from None


def _ascii(path: str) -> str:
    """Addresses of old pages carry plain Japanese letters."""
    return quote(path, safe="%/:?#[]@!$&'()*+,;=~-._")

"""What an ID token must say, beyond its signature: pure rules (OpenID Connect Core §3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LEEWAY = 120  # seconds two clocks may differ
YOUNG = 600  # a token of the code flow is made for this very redemption
LONGEST_SUBJECT = 255  # Core §2

Claims = Mapping[str, Any]


class Faulty(ValueError):
    """A claim does not hold; its name."""


@dataclass(frozen=True)
class Expected:
    """What we asked for, and of whom."""

    issuer: str
    client_id: str
    nonce: str
    max_age: int | None = None
    acr: str = ""  # words that must all be in the token's acr
    subject: tuple[str, ...] = ("sub",)
    require: Mapping[str, str] = field(default_factory=dict)
    refuse: Mapping[str, Iterable[str]] = field(default_factory=dict)


def check(claims: Claims, expected: Expected, moment: float) -> None:
    """Raise Faulty where the token does not hold; nothing optional is taken for granted."""
    _same(claims, "iss", expected.issuer)
    _audience(claims, expected.client_id)
    _same(claims, "nonce", expected.nonce)
    _times(claims, expected.max_age, moment)
    if not set(expected.acr.split()) <= set(_text(claims, "acr").split()):
        raise Faulty("acr")
    subject_of(claims, expected.subject)
    for name, value in expected.require.items():
        _same(claims, name, value)
    for name, values in expected.refuse.items():
        if str(claims.get(name, "")) in set(values):
            raise Faulty(name)


def subject_of(claims: Claims, names: Iterable[str]) -> str:
    """The subject: one claim, or several with colons between (Entra ID: tid and oid)."""
    if not _text(claims, "sub"):
        raise Faulty("sub")
    parts = [_text(claims, name) for name in names]
    if not all(parts) or any(":" in part for part in parts[:-1]):
        raise Faulty("subject")
    subject = ":".join(parts)
    if len(subject) > LONGEST_SUBJECT or not subject.isascii() or not subject.isprintable():
        raise Faulty("subject")
    return subject


def methods_of(claims: Claims) -> list[str]:
    """`amr`, where it is a list of words."""
    amr = claims.get("amr", [])
    if not isinstance(amr, list) or not all(isinstance(name, str) for name in amr):
        raise Faulty("amr")
    return list(amr)


def is_guest(claims: Claims, tenant: str) -> bool:
    """Entra ID: whether another tenant, or a personal account, stands behind this user.

    `idp` is there when it is not the issuer; the optional claim `acct` is 1 for guests.
    """
    home = str(claims.get("idp", tenant))
    return tenant not in home or str(claims.get("acct", "0")) != "0"


def _same(claims: Claims, name: str, wanted: str) -> None:
    if not hmac.compare_digest(_text(claims, name).encode(), wanted.encode()):
        raise Faulty(name)


def _audience(claims: Claims, client_id: str) -> None:
    """Made for us alone: a token for several could be replayed here by any of them."""
    audience = claims.get("aud")
    if audience not in (client_id, [client_id]):
        raise Faulty("aud")
    if claims.get("azp", client_id) != client_id:
        raise Faulty("azp")


def _times(claims: Claims, max_age: int | None, moment: float) -> None:
    made, ends = _time(claims, "iat"), _time(claims, "exp")
    if not moment - YOUNG - LEEWAY <= made <= moment + LEEWAY:
        raise Faulty("iat")
    if ends <= moment - LEEWAY:
        raise Faulty("exp")
    if "nbf" in claims and _time(claims, "nbf") > moment + LEEWAY:
        raise Faulty("nbf")
    if max_age is not None:
        at = _time(claims, "auth_time")
        if not moment - max_age - LEEWAY <= at <= moment + LEEWAY:
            raise Faulty("auth_time")


def _time(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Faulty(name)
    return float(value)


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""

"""Scopes: which fields a tool may ask for, and what each is called on pages."""

from __future__ import annotations

from collections.abc import Iterable

from portal.core.errors import N_

OPENID, OFFLINE = "openid", "offline_access"

# OpenID Connect Core §5.4, of which only what residents type here; no legal name, no phone.
CLAIMS: dict[str, tuple[str, ...]] = {
    OPENID: ("sub",),
    "profile": ("nickname", "birthdate", "gender", "locale"),
    "email": ("email", "email_verified"),
    "address": ("address",),
    # Shaped after OpenID Connect for Identity Assurance §5: values, their time and their source.
    "verified_profile": ("verified_claims",),
    OFFLINE: (),
}
SUPPORTED = tuple(CLAIMS)

LABELS = {
    "nickname": N_("Nickname"),
    "birthdate": N_("Date of birth"),
    "gender": N_("Sex"),
    "locale": N_("Language"),
    "email": N_("Mail address"),
    "address": N_("District"),
    "verified_claims": N_("Confirmed by My Number card"),
}


def known(asked: str, allowed: Iterable[str]) -> list[str]:
    """What of the asked scopes this client may have; others are ignored (Core §3.1.2.1)."""
    words = set(asked.split())
    may = set(allowed)
    return [scope for scope in SUPPORTED if scope in words and scope in may]


def fields_of(scopes: Iterable[str]) -> list[str]:
    """The claims these scopes stand for."""
    return [claim for scope in scopes for claim in CLAIMS.get(scope, ())]

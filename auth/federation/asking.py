"""Out to an issuer and back, in the same browser or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import structlog
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from flask import request, session

from auth.federation import checks, mapping
from auth.federation.client import ISS_ALWAYS, RelyingParty, parties
from auth.federation.config import Issuer
from auth.federation.errors import ElsewhereBegun, IssuerAway, IssuerRefused
from portal.core.errors import NotFound
from portal.core.i18n import current_language

log = structlog.get_logger(__name__)

BEGUN = "federation_begun"
FRESH = 300  # seconds since the person proved it to the issuer


@dataclass(frozen=True)
class Begun:
    """What this browser left for; `purpose` is the page's own word."""

    flow_id: str
    purpose: str


@dataclass(frozen=True)
class Answer:
    """What an issuer said, and what of it we understand."""

    name: str
    issuer: str
    subject: str
    acr: str | None
    amr: list[str]
    claims: dict[str, Any] = field(repr=False)
    attributes: dict[str, str] = field(repr=False)


def named(name: str, face: str) -> Issuer:
    """The issuer of this name on this face; raises NotFound."""
    found = parties().get(name)
    if found is None or found.issuer.face != face:
        raise NotFound()
    return found.issuer


def on_face(face: str) -> list[Issuer]:
    """The issuers of this face."""
    return [one.issuer for one in parties().values() if one.issuer.face == face]


def offers_card() -> bool:
    """Whether residents can use their My Number card here."""
    return bool(on_face("resident"))


def leave(
    issuer: Issuer, callback: str, begun: Begun, *, attributes: bool = False, fresh: bool = False
) -> str:
    """The address to send the browser to; only this browser may come back.

    `attributes`: ask for them too. `fresh`: the person shall prove it anew there.
    """
    party = parties()[issuer.name]
    wishes = {k: v.replace("{language}", current_language()) for k, v in issuer.authorize.items()}
    if issuer.max_age is not None:
        wishes["max_age"] = str(issuer.max_age)
    if fresh:
        wishes |= {"prompt": "login", "max_age": str(FRESH)}
    if attributes and issuer.scope_of_attributes:
        wishes["scope"] = issuer.scope_of_attributes
    with _explained(issuer):
        made = party.create_authorization_url(callback, **wishes)
    party.save_authorize_data(redirect_uri=callback, **made)
    session[BEGUN] = {
        "name": issuer.name,
        "state": str(made["state"]),
        "flow": begun.flow_id,
        "purpose": begun.purpose,
    }
    return str(made["url"])


def come_back(issuer: Issuer) -> Begun:
    """What this browser left for. Another issuer's answer, another state: ElsewhereBegun."""
    begun = session.get(BEGUN)
    state = request.args.get("state")
    if begun is None or begun["name"] != issuer.name or not state or begun["state"] != state:
        raise ElsewhereBegun("state")
    session.pop(BEGUN)
    return Begun(begun["flow"], begun["purpose"])


def answered(issuer: Issuer, *, attributes: bool = False, fresh: bool = False) -> Answer:
    """Who comes back; raises IssuerRefused, IssuerAway. Asked for as in `leave`."""
    party = parties()[issuer.name]
    age = {"max_age": FRESH if fresh else issuer.max_age}
    with _explained(issuer):
        _refuse_odd(party)
        token = dict(party.authorize_access_token(claims_options=age))
        claims = token.get("userinfo")
        if not claims:
            raise IssuerRefused("no_id_token")
        everything = dict(claims)
        if attributes and issuer.userinfo:
            everything = party.userinfo_of(token, claims["sub"]) | everything
        return Answer(
            name=issuer.name,
            issuer=issuer.issuer,
            subject=checks.subject_of(claims, issuer.subject),
            acr=_our_acr(issuer, claims),
            amr=checks.methods_of(claims),
            claims=everything,
            attributes=mapping.mapped(issuer.attributes, everything) if attributes else {},
        )


def _refuse_odd(party: RelyingParty) -> None:
    """Parameters twice, an error, or another issuer's name (RFC 9207: mix-up)."""
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise IssuerRefused("twice")
    told = request.args.get("iss")
    always = party.load_server_metadata().get(ISS_ALWAYS, False)
    if told != party.issuer.issuer and (told is not None or always):
        raise IssuerRefused("issuer")
    if request.args.get("error"):
        raise IssuerRefused(_code(request.args["error"]))
    if not request.args.get("code"):
        raise IssuerRefused("no_code")


def _our_acr(issuer: Issuer, claims: dict[str, Any]) -> str | None:
    acr = claims.get("acr")
    told = acr if isinstance(acr, str) else ""
    known = [issuer.acr[word] for word in (told, *told.split()) if word in issuer.acr]
    return known[0] if known else issuer.acr_otherwise


@contextmanager
def _explained(issuer: Issuer) -> Iterator[None]:
    """Turns what libraries raise into our own errors."""
    try:
        yield
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        log.info("federation.refused", issuer=issuer.name, reason=getattr(told, "reason", "away"))
        raise told from None


def _told(error: Exception) -> Exception | None:
    if isinstance(error, (IssuerRefused, IssuerAway)):
        return error
    if isinstance(error, MismatchingStateError):
        return ElsewhereBegun("state")
    if isinstance(error, OAuthError):
        return IssuerRefused(_code(error.error))
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return IssuerRefused("malformed")
    if isinstance(error, (requests.RequestException, OSError)):
        return IssuerAway()
    if isinstance(error, checks.Faulty):
        return IssuerRefused(f"token_{error}")
    if isinstance(error, mapping.Unreadable):
        return IssuerRefused(f"attribute_{error}")
    if isinstance(error, (ValueError, TypeError, KeyError, AttributeError)):
        return IssuerRefused("malformed")  # not JSON, or JSON of another shape
    return None


def _code(text: object) -> str:
    """An error code fit for the audit log: short, plain, nothing a stranger could write into it."""
    plain = re.sub(r"[^a-z_]", "", str(text).lower())
    return plain[:40] or "unknown"

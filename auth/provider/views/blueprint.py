"""The provider's blueprint and what its views share."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Blueprint, current_app, redirect, request, session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from auth.provider.asking import Asked
from auth.provider.flooding import LARGEST
from auth.provider.grants import SignedIn
from auth.views import here
from portal.core.clock import now
from portal.core.ids import new_id
from portal.core.settings import Settings

bp = Blueprint("provider", __name__)
SID = "tools_sid"


@bp.before_request
def keep_small() -> None:
    """What tools send is short; more is refused before anything is done with it."""
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge


def settings() -> Settings:
    """The application's settings."""
    return cast("Settings", current_app.extensions["mado.settings"])


def issuer() -> str:
    """Our name as tools know it; from the settings, never from a Host header."""
    return settings().PUBLIC_URL.rstrip("/")


def called_url() -> str:
    """The address that was called, as tools know it."""
    return issuer() + request.path


def to_tool(redirect_uri: str, state: str | None, **answer: str) -> Response:
    """Back to the tool, with its state and our name (RFC 9207)."""
    words = answer | ({"state": state} if state is not None else {}) | {"iss": issuer()}
    joint = "&" if urlsplit(redirect_uri).query else "?"
    response = redirect(f"{redirect_uri}{joint}{urlencode(words)}", 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def refuse(asked: Asked, error: str) -> Response:
    """The error at the tool's address."""
    return to_tool(asked.redirect_uri, asked.state, error=error)


def sid() -> UUID:
    """The name tools know this sign-in by."""
    if SID not in session:
        session[SID] = str(new_id())
    return UUID(session[SID])


def signed_in() -> SignedIn:
    """How the resident of this request is signed in."""
    present = here.server_session()
    return SignedIn(
        here.subject(),
        sid(),
        present.acr or "",
        list(present.amr),
        present.authenticated_at or now(),
    )

"""Floods: how much one network may ask of the provider, and how much of it is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth import limits
from auth.errors import TooManyTries
from portal.core.web.app import limiter

View = TypeVar("View", bound=Callable[..., Any])
LARGEST = 64 * 1024  # bytes of a request; keys and assertions are far smaller
ASKED = "120 per minute"  # sign-ins and pushed requests, each of which leaves a row for an hour


def here() -> str:
    """The network that asks, for counting."""
    return limits.network_of(request.remote_addr) or "this machine"


def is_local() -> bool:
    """Whether everybody comes from the same machine, as in a city on one computer."""
    return limits.network_of(request.remote_addr) is None


def limited(view: View) -> View:
    """Marks an endpoint whose every request leaves something behind."""
    return cast("View", limiter.limit(ASKED, key_func=here, exempt_when=is_local)(view))


def may_note(session: Session) -> bool:
    """Whether this refusal may be written down; its network has not filled the log yet."""
    try:
        limits.count_refusal(session, request.remote_addr)
    except TooManyTries:
        return False
    return True


def wait(session: Session) -> Response | None:
    """The answer to a tool whose network was refused too often; None: it may be noted.

    Only refused requests are counted, so that nobody shuts a tool out that proves itself.
    """
    try:
        limits.count_refusal(session, request.remote_addr)
    except TooManyTries as error:
        response = make_response({"error": "temporarily_unavailable"}, 429)
        response.headers["Retry-After"] = str(error.after)
        return response
    return None

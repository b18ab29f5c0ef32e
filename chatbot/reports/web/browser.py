"""What a browser without sign-in is known by: a cookie of its own draft, its own "me too"."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, after_this_request, current_app, g, request

from chatbot.reports import picture_store
from chatbot.reports.rules import DRAFT_FOR
from portal.core.ids import new_secret
from portal.core.web.access import current_viewer

# A picture is a stranger's: it may do nothing but be looked at, here alone.
GUARD = "default-src 'none'; style-src 'none'; sandbox"


def draft_owner(*, make: bool = False) -> bytes:
    """What this browser's draft is found by; with `make` the browser is given a secret first."""
    secret = g.get("report_secret") or request.cookies.get(_name(), "")
    if not secret and make:
        secret = g.report_secret = new_secret()
        _hand_out(secret)
    return hashlib.sha256(b"draft" + secret.encode("utf-8", "replace")).digest()


def voter() -> bytes:
    """Who says "me too": the resident, else this browser while it keeps its draft's cookie."""
    viewer = current_viewer()
    if viewer.id is not None:
        return hashlib.sha256(b"resident" + viewer.id.bytes).digest()
    return hashlib.sha256(b"voter" + draft_owner()).digest()


def picture_answer(file: str, *, small: bool) -> Response:
    """The JPEG with every header that keeps it a picture, out of caches and other sites."""
    answer = Response(picture_store.get(file, small=small), mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = GUARD
    answer.headers["Content-Disposition"] = 'inline; filename="picture.jpg"'
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _hand_out(secret: str) -> None:
    @after_this_request
    def set_cookie(response: Any) -> Any:
        response.set_cookie(
            _name(),
            secret,
            max_age=int(DRAFT_FOR.total_seconds()),
            path="/",
            secure=current_app.extensions["mado.settings"].secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def _name() -> str:
    prefix = "__Host-" if current_app.extensions["mado.settings"].secure else ""
    return f"{prefix}mado_report"

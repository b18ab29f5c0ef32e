"""Response headers of every page: strict CSP, HSTS, framing, caching, request id."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from portal.core.ids import new_id
from portal.core.registries import registries
from portal.core.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Set the headers on every response."""
    policies: dict[bool, str] = {}  # made at the first page: packages name form targets till then

    @app.before_request
    def name_request() -> None:
        g.request_id = str(new_id())

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        may_be_framed = bool(settings.FRAME_ANCESTORS) and request.host == settings.resident_host
        if may_be_framed not in policies:
            # The phone page may frame residents' pages of a local city; clerks' pages nobody may.
            ancestors = settings.FRAME_ANCESTORS if may_be_framed else "'none'"
            policies[may_be_framed] = content_security_policy(settings, ancestors)
        headers.setdefault("Content-Security-Policy", policies[may_be_framed])
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # An address with a code in it (back from LINE, say) is told to nobody, not even to us.
        coded = b"code=" in request.query_string
        policy = "no-referrer" if coded else "strict-origin-when-cross-origin"
        headers.setdefault("Referrer-Policy", policy)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), payment=(), geolocation=(self)"
        )
        headers["X-Request-Id"] = g.get("request_id", "")
        if settings.secure:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if not may_be_framed:
            headers.setdefault("X-Frame-Options", "DENY")
        if request.endpoint != "static" or response.status_code >= 400:
            headers.setdefault("Cache-Control", "no-store, private")
        return response


def content_security_policy(settings: Settings, ancestors: str) -> str:
    """No inline script or style, nothing from elsewhere; framed by `ancestors` only."""
    # Browsers apply form-action to redirects that follow a form, so those pages are named.
    targets = " ".join([settings.LINE_AUTHORIZE_URL, *registries().form_targets])
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {targets}",
            f"frame-ancestors {ancestors}",
            "base-uri 'none'",
        )
    )


def asset_url(path: str) -> str:
    """Address of a static file that changes when the file does (cached for a year)."""
    versions: dict[str, str] = current_app.extensions["mado.assets"]
    return f"/static/{path}?v={versions.get(path, '0')}"

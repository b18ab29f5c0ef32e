"""Response headers of every page: strict CSP, HSTS, framing, caching, request id."""

from __future__ import annotations

from flask import Flask, g, request
from werkzeug.wrappers import Response

from portal.core.ids import new_id
from portal.core.registries import registries
from portal.core.settings import Settings
from portal.core.web.sessions import face_of

# Google Analytics 4, where a city has set it up: https://developers.google.com/tag-platform
TAGS = "https://www.googletagmanager.com"
FIGURES = "https://*.google-analytics.com https://*.analytics.google.com"


def install(app: Flask, settings: Settings) -> None:
    """Set the headers on every response."""
    # At the first page: packages name form targets.
    kept: dict[tuple[bool, bool, bool], list[tuple[str, str]]] = {}

    @app.before_request
    def name_request() -> None:
        g.request_id = str(new_id())

    @app.after_request
    def secure(response: Response) -> Response:
        may_be_framed = bool(settings.FRAME_ANCESTORS) and request.host == settings.resident_host
        clerks = face_of(request) == "staff"
        # A page with Google's script says so; none of the clerks' may.
        page = may_be_framed, bool(g.get("google_analytics")) and not clerks, clerks
        if page not in kept:
            kept[page] = always(settings, may_be_framed=page[0], google=page[1], clerks=page[2])
        headers = response.headers
        set_already = {name.lower() for name, _ in headers}
        if g.get("framed_by_others"):  # the view says by whom, in its own policy
            set_already.add("x-frame-options")
        headers.extend([each for each in kept[page] if each[0].lower() not in set_already])
        if "referrer-policy" not in set_already:
            # An address with a code in it (back from LINE, say) is told to nobody, not even to us.
            coded = b"code=" in request.query_string
            policy = "no-referrer" if coded else "strict-origin-when-cross-origin"
            headers.add("Referrer-Policy", policy)
        if "cache-control" not in set_already and (
            request.endpoint != "static" or response.status_code >= 400
        ):
            headers.add("Cache-Control", "no-store, private")
        headers["X-Request-Id"] = g.get("request_id", "")
        return response


def always(
    settings: Settings, *, may_be_framed: bool, google: bool = False, clerks: bool = False
) -> list[tuple[str, str]]:
    """The headers that every response has, unless its view says otherwise."""
    # The phone page may frame residents' pages of a local city; clerks' pages nobody may.
    ancestors = settings.FRAME_ANCESTORS if may_be_framed else "'none'"
    policy = content_security_policy(settings, ancestors, google=google, clerks=clerks)
    found = [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), payment=(), geolocation=(self)"),
    ]
    if settings.secure:
        found.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
    if not may_be_framed:
        found.append(("X-Frame-Options", "DENY"))
    return found


def content_security_policy(
    settings: Settings, ancestors: str, *, google: bool = False, clerks: bool = False
) -> str:
    """No inline script or style, nothing from elsewhere; framed by `ancestors` only.

    Clerks sit in a network without the open internet (LGWAN): their forms lead nowhere else.
    """
    # Browsers apply form-action to redirects that follow a form, so those pages are named.
    tags, figures = (f" {TAGS}", f" {TAGS} {FIGURES}") if google else ("", "")
    outside = [] if clerks else [settings.LINE_AUTHORIZE_URL, *registries().form_targets]
    targets = " ".join(["'self'", *outside])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{tags}",
            "style-src 'self'",
            f"img-src 'self' data:{figures}",
            "font-src 'self'",
            f"connect-src 'self'{figures}",
            "manifest-src 'self'",
            f"form-action {targets}",
            f"frame-ancestors {ancestors}",
            "base-uri 'none'",
        )
    )

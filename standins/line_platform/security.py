"""The headers of the platform's own pages: nothing from elsewhere runs in them."""

from urllib.parse import urlsplit

from flask import Response, request

from standins.line_platform.platform import here


def protect_page(response: Response) -> Response:
    """Add a content security policy to pages."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = _policy()
    return response


def _policy() -> str:
    forms = "'self'"
    if request.path.startswith(("/oauth2/", "/liff/")):
        # A browser holds form-action against the redirect that follows the form, too.
        forms = " ".join(["'self'", *sorted(_places())])
    parts = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
        "connect-src 'self'",
        "frame-src http: https:",
        f"form-action {forms}",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    ]
    return "; ".join(parts)


def _places() -> set[str]:
    uris = [urlsplit(uri) for uri in here().config.login.redirect_uris]
    return {f"{uri.scheme}://{uri.netloc}" for uri in uris}

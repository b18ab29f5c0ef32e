"""The public portal to machines: one address each, sitemap, robots, structured data, caches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from flask import Blueprint, Flask, current_app, request, session
from werkzeug.wrappers import Response

from portal.core.languages import JAPANESE, LANGUAGES
from portal.core.settings import Settings
from portal.core.web.access import current_viewer, public
from portal.core.web.sessions import ServerSession

bp = Blueprint("public", __name__)

MOST_ADDRESSES = 50_000  # sitemaps.org: one file holds no more
PRIVATE_PATHS = ("/my", "/account", "/sign-in", "/staff", "/oauth", "/search", "/line", "/calendar")


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page for the sitemap: its path with query, and the day it was last changed if known."""

    path: str
    changed: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What belongs to a public page's address, and how long anybody's copy may serve (seconds)."""

    parameters: tuple[str, ...] = ()
    seconds: int = 60


Provider = Callable[[], Iterable[PublicPage]]


class PublicPages:
    """The public pages of one application."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.providers: list[Provider] = []


def public_pages(app: Flask | None = None) -> PublicPages:
    """The application's public pages; made at the first use."""
    extensions = (app or current_app).extensions
    return cast("PublicPages", extensions.setdefault("mado.public_pages", PublicPages()))


def add_public(app: Flask, endpoints: Mapping[str, Kept], provider: Provider | None = None) -> None:
    """Give pages an address for search engines; the provider lists them for the sitemap."""
    found = public_pages(app)
    found.kept.update(endpoints)
    if provider is not None:
        found.providers.append(provider)


@bp.get("/sitemap.xml")
@public()
def sitemap() -> Response:
    """Every public page."""
    pages = [page for provider in public_pages().providers for page in provider()]
    urls = "\n".join(_entry(page) for page in pages[:MOST_ADDRESSES])
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    )
    return Response(text, mimetype="application/xml")


@bp.get("/robots.txt")
@public("resident", "staff")
def robots() -> Response:
    """What crawlers may read: nothing of the clerks' side, nothing personal."""
    if current_viewer().face == "staff":
        return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    closed = "".join(f"Disallow: {path}\n" for path in PRIVATE_PATHS)
    text = f"User-agent: *\n{closed}\nSitemap: {address('/sitemap.xml')}\n"
    return Response(text, mimetype="text/plain")


def address(path: str) -> str:
    """A path on the residents' host, as everybody outside writes it."""
    settings: Settings = current_app.extensions["mado.settings"]
    return settings.PUBLIC_URL.rstrip("/") + path


def _entry(page: PublicPage) -> str:
    changed = f"<lastmod>{page.changed.isoformat()}</lastmod>" if page.changed else ""
    return f"<url><loc>{escape(address(page.path))}</loc>{changed}</url>"


@bp.app_context_processor
def _addresses() -> dict[str, Any]:
    """The page's own address and those in other languages; nothing for pages of one person."""
    kept = public_pages().kept.get(request.endpoint or "") if request else None
    if kept is None or request.method not in {"GET", "HEAD"}:
        return {}
    query = [(name, request.args[name]) for name in kept.parameters if request.args.get(name)]
    japanese = address(request.path) + (f"?{urlencode(query)}" if query else "")
    there = {
        code: f"{address(request.path)}?{urlencode([*query, ('lang', code)])}" for code in LANGUAGES
    } | {JAPANESE: japanese}
    return {
        "canonical_url": there.get(request.args.get("lang", JAPANESE), japanese),
        "alternate_urls": there | {"x-default": japanese},
    }


@bp.after_app_request
def _let_copies_be_kept(response: Response) -> Response:
    """A public page that holds nothing of this browser's may be kept and asked about again.

    Which language it is in hangs on a cookie, and so does who is signed in: Vary.
    """
    kept = public_pages().kept.get(request.endpoint or "")
    if kept is None or response.status_code != 200 or request.method not in {"GET", "HEAD"}:
        return response
    if not _is_anybodys() or "lang" in request.args or "Set-Cookie" in response.headers:
        return response
    fresh = f"max-age={kept.seconds}" if kept.seconds else "no-cache"
    response.headers["Cache-Control"] = f"public, {fresh}"
    response.vary.add("Cookie")
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:20], weak=True)
    return response.make_conditional(request)


def _is_anybodys() -> bool:
    """No session was there and none was begun: no token, no message, nobody's name."""
    found = cast("ServerSession", session._get_current_object())  # type: ignore[attr-defined]
    return found.new and not found.modified and found.fault is None

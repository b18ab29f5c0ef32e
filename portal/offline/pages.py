"""The installable portal: manifest, service worker, the page without network, the disaster card."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask import session as flask_session

from portal.core.clock import in_tokyo, now
from portal.core.i18n import current_language, gettext, speaks_japanese
from portal.core.languages import tag
from portal.core.registries import registries
from portal.core.settings import Settings
from portal.core.web.access import current_viewer, public
from portal.core.web.app import ROOT
from portal.core.web.assets import asset_url
from portal.core.web.sessions import ServerSession
from portal.offline.card import shelters
from portal.residents.days import said

bp = Blueprint("offline", __name__)
KEPT = frozenset({"mypage.home", "visits.show"})  # last seen pages the browser keeps
KEPT_FOR = timedelta(days=3)
STYLES = ("css/for/residents.css",)
SCRIPTS = ("js/page.js", "js/offline.js", "js/unread.js", "js/session-warning.js")
IMAGES = ("img/favicon.svg", "img/mado.svg", "img/icons.svg", "img/icon-192.png")
PUBLIC = ("/disaster-card", "/offline")
BRAND, PAPER = "#004c59", "#f8f6f1"


def register(app: Flask) -> None:
    """Routes, and what every page of residents says to the service worker."""
    app.register_blueprint(bp)
    app.context_processor(_on_pages)
    app.after_request(_tell_worker)


@bp.get("/manifest.webmanifest")
@public()
def manifest() -> Response:
    """What the phone needs to put the portal on its home screen."""
    settings: Settings = current_app.extensions["mado.settings"]
    japanese = speaks_japanese()
    sizes = ((192, "any"), (512, "any"), (512, "maskable"))
    icons = [
        {
            "src": asset_url(f"img/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in sizes
    ]
    drawing = {"src": asset_url("img/mado.svg"), "sizes": "any", "type": "image/svg+xml"}
    name = settings.CITY_NAME if japanese else settings.CITY_NAME_EN
    told = {
        "id": "/",
        "name": f"{name} {gettext('My Page')}",
        "short_name": name,
        "lang": tag(current_language()),
        "start_url": "/my",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": BRAND,
        "icons": [drawing, *icons],
        "shortcuts": [{"name": gettext("Disaster card"), "url": "/disaster-card"}],
    }
    return _file(json.dumps(told, ensure_ascii=False), "application/manifest+json")


@bp.get("/sw.js")
@public()
def worker() -> Response:
    """The service worker, at the root so that all pages are within its scope."""
    return _file(_worker(), "text/javascript")


@bp.get("/offline")
@public()
def page() -> str:
    """What is shown where there is no network and nothing is kept."""
    return render_template("portal/offline/offline.html")


@bp.get("/disaster-card")
@public()
def card() -> str:
    """What to do, whom to call, where to go: open to all, also without network."""
    return render_template(
        "portal/offline/card.html",
        shelters=shelters(),
        day=said(in_tokyo(now()).date(), current_language()),
    )


def _file(words: str, kind: str) -> Response:
    """Asked for again at every look, so that an update arrives with the next page."""
    answer = Response(words, mimetype=kind)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _source() -> str:
    return (ROOT / "static" / "js" / "sw.js").read_text("utf-8")


def _worker() -> str:
    more = registries().offline_pages
    own = [name for _, names in more for name in names]
    files = [asset_url(name) for name in (*STYLES, *SCRIPTS, *IMAGES, *own)]
    paths = [*PUBLIC, *(path for path, _ in more)]
    told = {"files": files, "pages": paths, "keptFor": int(KEPT_FOR.total_seconds() * 1000)}
    version = hashlib.sha256((json.dumps(told) + _source()).encode()).hexdigest()[:12]
    return f"const TOLD = {json.dumps(told | {'version': version})};\n{_source()}"


def _on_pages() -> dict[str, Any]:
    """For the layout: whose page it is, and when a page that is kept was made."""
    viewer = g.get("viewer")
    if viewer is None or viewer.face != "resident":
        return {}
    found = {"offline_account": _account()}
    if _is_kept():
        moment = in_tokyo(now())
        found["as_of"] = f"{said(moment.date(), current_language())} {moment:%H:%M}"
    return found


def _account() -> str:
    """A name for the account that only this browser can make use of; "-" for nobody."""
    viewer = current_viewer()
    if viewer.id is None:
        return "-"
    key = current_app.config["SECRET_KEY"].encode()[:64]
    return hashlib.blake2b(viewer.id.bytes, digest_size=12, key=key, person=b"offline").hexdigest()


def _is_kept() -> bool:
    return request.endpoint in KEPT and current_viewer().id is not None


def _tell_worker(response: Response) -> Response:
    """Whose the page is and whether it may be kept; when somebody leaves, everything goes."""
    viewer = g.get("viewer")
    if viewer is None or viewer.face != "resident":
        return response
    if viewer.id is not None and request.method == "POST" and _signed_out():
        # "cache" is left out: pages are no-store, and Chromium takes seconds over it.
        response.headers["Clear-Site-Data"] = '"storage"'
    if response.mimetype == "text/html":
        response.headers["Mado-Account"] = _account()
        response.headers["Mado-Language"] = current_language()
        if _is_kept() and response.status_code == 200 and not request.query_string:
            response.headers["Mado-Keep"] = "yes"
    return response


def _signed_out() -> bool:
    found = flask_session._get_current_object()  # type: ignore[attr-defined]
    return isinstance(found, ServerSession) and found.subject_id is None

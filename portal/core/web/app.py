"""Makes the Flask application that packages register themselves on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app, g, has_request_context, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from portal.core import clock, db, i18n, jobs, logs
from portal.core.crypto import KeyRing
from portal.core.registries import Registries
from portal.core.settings import Settings
from portal.core.web import access, assets, headers, letters, menu, networks, problems, templates
from portal.core.web.menu import path_of as path_of  # what templates of packages ask for
from portal.core.web.proxies import Proxies
from portal.core.web.session_warning import session_warning
from portal.core.web.sessions import SessionStore

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parents[3]
MAX_FORM_BYTES = 2 * 1024 * 1024  # LINE's own webhook limit; uploads set their own

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="moving-window", headers_enabled=True)


class Portal(Flask):
    """Flask without a look at every hook of every request whether it is a coroutine (30 a page)."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def make_app(settings: Settings) -> Flask:
    """An application with the ground in place and no pages yet."""
    app = Portal("mado", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=settings.SECRET_KEY,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # addresses carry the file's hash
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
        WTF_CSRF_SSL_STRICT=True,
        # limits writes a Unix socket's address as redis+unix://
        RATELIMIT_STORAGE_URI=re.sub(r"^unix:", "redis+unix:", settings.REDIS_URL),
        # Counting must not hold a page up when Valkey hangs.
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,  # limits stay when Valkey is away
        RATELIMIT_SWALLOW_ERRORS=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["mado.settings"] = settings
    app.extensions["mado.key_ring"] = KeyRing(settings.DATA_KEY)
    app.extensions["mado.registries"] = Registries()
    app.extensions["mado.paths"] = {}
    app.extensions["mado.menus"] = {}
    app.session_interface = SessionStore()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    logs.configure(settings.LOG_LEVEL)
    db.install(app, settings)
    jobs.install(app, settings)
    headers.install(app, settings)
    assets.install(app)
    logs.install(app)
    networks.install(app, settings)
    access.install(app)
    csrf.init_app(app)
    limiter.init_app(app)
    i18n.install(app, ROOT)
    problems.install(app)
    behind_proxies(app, settings)
    _equip_templates(app)
    return app


def _equip_templates(app: Flask) -> None:
    app.context_processor(_template_context)
    templates.install(app)
    app.jinja_env.globals["asset"] = assets.asset_url
    app.jinja_env.globals["session_warning"] = session_warning
    app.jinja_env.filters["tokyo"] = clock.in_tokyo


def behind_proxies(app: Flask, settings: Settings) -> None:
    """Trust as many reverse proxies' X-Forwarded-* headers as the settings name, from there."""
    count = settings.TRUSTED_PROXIES
    if count:
        trusted = networks.networks(settings.TRUSTED_PROXIES_FROM)
        app.wsgi_app = Proxies(app.wsgi_app, trusted, count)  # type: ignore[method-assign]
    elif settings.secure:
        log.warning("settings.no_trusted_proxy", why="limits count everybody as one visitor")


def _template_context() -> dict[str, Any]:
    """What every layout needs; see docs/design.md."""
    settings: Settings = current_app.extensions["mado.settings"]
    viewer = g.get("viewer") or access.Viewer("resident", "visitor", None)
    pages = _page_context(viewer) if has_request_context() else {}
    return pages | {
        "city": {
            "name": settings.CITY_NAME,
            "name_en": settings.CITY_NAME_EN,
            "phone": settings.CITY_PHONE,
        },
        **i18n.on_pages(),
        "viewer": viewer,
        "home_url": "/staff/" if viewer.face == "staff" else "/",
    }


def _page_context(viewer: access.Viewer) -> dict[str, Any]:
    """What stands around a page; mails have nothing of it."""
    items = menu.links(viewer)
    return {
        "nav_items": items,
        "nav_groups": menu.groups(items) if viewer.face == "staff" else [],
        "page_path": request.path,
        "letter_size": letters.letter_size(),
        "look": letters.look(),
        "session_left": access.session_left() if viewer.kind == "resident" else None,
    }

"""While the primary database is away: pages are shown from a standby, changes are not taken."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import structlog
from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.db import database
from portal.core.db_spare import SAFE
from portal.core.errors import N_, TryLater
from portal.core.web import kept_forms
from portal.core.web.sessions import cookie_name, face_of

log = structlog.get_logger(__name__)

RETRY_AFTER = "60"  # seconds, for machines; a city promotes its standby by hand
# Fields nobody types, and their like by value: they are sent again, not shown.
BEHIND_FORMS = re.compile(
    r"act|again|asked|back|digest|do|edit|key|kept|list|miss|next|number|occurrence|resident|scopes"
    r"|seen|trail|version|window|(.*_)?id"
)
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/.*")
NOT_TAKEN = N_("Nothing can be changed for a while. You can go on reading.")


def install(app: Flask) -> None:
    """Refuse changes early, and say on pages what they are."""
    app.extensions["mado.may_lag"] = set()
    app.before_request(_let_lag)
    app.before_request(_refuse_changes)
    app.context_processor(_on_pages)


def may_lag(app: Flask, *blueprints: str) -> None:
    """These blueprints' pages may be a moment behind, for visitors, who changed nothing."""
    app.extensions["mado.may_lag"].update(blueprints)


def _let_lag() -> None:
    """Whoever changed something has a session, and reads from the primary what came of it."""
    known = cookie_name(face_of(request)) in request.cookies
    allowed = current_app.extensions["mado.may_lag"]
    g.may_lag = request.method in SAFE and not known and request.blueprint in allowed


def _refuse_changes() -> None:
    spare = database().spare
    if spare is not None and request.method not in SAFE and spare.away():
        g.read_only = True
        raise TryLater(NOT_TAKEN)


def _on_pages() -> dict[str, Any]:
    return {"read_only": bool(g.get("read_only"))}


def is_refused_change(error: BaseException) -> bool:
    """Whether a page tried to write into a standby."""
    original = getattr(error, "orig", error)
    return isinstance(original, psycopg.errors.ReadOnlySqlTransaction)


def unavailable(message: str | None, page: Response) -> Response:
    """The page of a 503: whoever sent a form of ours gets back what was typed, to send it again."""
    page.headers["Retry-After"] = RETRY_AFTER
    fields = kept_forms.typed() if request.method == "POST" and _is_ours() else {}
    if not fields:
        return page
    pairs = [(name, value) for name, values in fields.items() for value in values]
    body = render_template(
        "portal/not_taken.html",
        happened=gettext(message) if message else "",
        action=request.full_path.rstrip("?"),
        token=request.form.get("csrf_token", ""),
        fields=pairs,
        shown=typed_by_hand(pairs),
        had_secrets=bool(set(request.form) - set(fields) - {"csrf_token"}),
        had_files=any(file.filename for file in request.files.values()),
        reference=g.get("request_id"),
    )
    return make_response(body, page.status_code, {"Retry-After": RETRY_AFTER})


def _is_ours() -> bool:
    """A page of ours sent it. It keeps its own token, so another's form gains nothing here."""
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def typed_by_hand(fields: list[tuple[str, str]]) -> list[str]:
    """What somebody wrote or chose, without what stands behind a form."""
    return [value for name, value in fields if value and _was_typed(name, value)]


def _was_typed(name: str, value: str) -> bool:
    return not BEHIND_FORMS.fullmatch(name) and not IDS.fullmatch(value)

"""How errors look: one table from error to status, one helpful page."""

from __future__ import annotations

from math import ceil
from time import time

import structlog
from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.core.db_spare import SAFE
from portal.core.errors import N_, Conflict, Forbidden, MadoError, NeverAgain, NotFound, TryLater
from portal.core.web import read_only
from portal.core.web.access import safe_next
from portal.core.web.sessions import face_of

log = structlog.get_logger(__name__)

DATABASE_AWAY = (OperationalError, TimeoutError)

STATUS: dict[type[MadoError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TryLater: 503,
    NeverAgain: 502,
}

PLAIN = {kind.message for kind in STATUS}  # say no more than the title and the advice do

WORDS = {
    400: (N_("We could not read what was sent"), N_("Please go back and try once more.")),
    403: (
        N_("You can not do this here"),
        N_("Perhaps it belongs to another account. Please sign in with that one."),
    ),
    404: (N_("We could not find that page"), N_("It may have moved. Try the search or the menu.")),
    405: (N_("We could not find that page"), N_("It may have moved. Try the search or the menu.")),
    409: (
        N_("This was changed meanwhile"),
        N_("Please look at the newest state and decide again."),
    ),
    413: (N_("That is too large"), N_("Please choose a smaller file.")),
    429: (N_("Too many tries"), N_("Please wait a little and try again.")),
    500: (N_("Something went wrong on our side"), N_("Please try again in a few minutes.")),
    502: (N_("Another service refused"), N_("Please contact the desk.")),
    503: (
        N_("This does not work right now"),
        N_("Please try again in a few minutes. What you did before is kept."),
    ),
}


FOR_CLERKS = {403: N_("Ask the person in charge of permissions.")}
MEGABYTE = 1024 * 1024
# Asking for the same page a little later may help.
MAY_PASS = frozenset({429, 500, 502, 503})


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(MadoError, _known)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(413, _too_large)
    app.register_error_handler(HTTPException, _http)
    for unreachable in DATABASE_AWAY:
        app.register_error_handler(unreachable, _database_away)
    app.register_error_handler(Exception, _bug)


def _status(error: MadoError) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def _http(error: HTTPException) -> Response:
    """Flask wraps what fails after the view, such as keeping the session."""
    original = getattr(error, "original_exception", None)
    if isinstance(original, DATABASE_AWAY):
        return _database_away(original)
    if original is not None and read_only.is_refused_change(original):
        return _known(TryLater(read_only.NOT_TAKEN))
    return _page(error.code or 500)


def _page(status: int, message: str | None = None, steps: list[str] | None = None) -> Response:
    title, advice = WORDS.get(status, WORDS[500])
    clerk = face_of(request) == "staff"
    error = {
        "status": status,
        "title": gettext(title),
        "happened": gettext(message) if message else "",
        "steps": steps or [gettext(FOR_CLERKS.get(status, advice) if clerk else advice)],
        "reference": g.get("request_id"),
        "again": _again(status),
    }
    return make_response(render_template("portal/problem.html", error=error), status)


def _expired_form(error: CSRFError) -> Response:
    """The form was open too long: what was typed is shown again, to be sent once more.

    Only for a form of our own pages; a form sent from elsewhere is never handed a token.
    """
    if request.headers.get("Origin") != request.host_url.rstrip("/"):
        return _page(400)
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in {"csrf_token", "code"}]
    return make_response(
        render_template(
            "portal/form_expired.html",
            fields=fields,
            shown=read_only.typed_by_hand(fields),
            action=request.path,
        ),
        400,
    )


def _again(status: int) -> str:
    """The address that may be tried once more; nothing that was sent is sent again by a link."""
    if status not in MAY_PASS or request.method not in SAFE:
        return ""
    return safe_next(request.full_path.rstrip("?"), "")


def _too_many(error: RateLimitExceeded) -> Response:
    """Says how long, in minutes above a minute and a half."""
    seconds = _seconds_left()
    words = (
        gettext("You can go on in %(seconds)s seconds.", seconds=seconds)
        if seconds <= 90
        else gettext("You can go on in about %(minutes)s minutes.", minutes=round(seconds / 60))
    )
    response = _page(429, steps=[words])
    if "Retry-After" not in response.headers:
        response.headers["Retry-After"] = str(seconds)
    return response


def _seconds_left() -> int:
    """Until the limit that was met lets one through."""
    limiter = next(iter(current_app.extensions.get("limiter", ())), None)
    met = limiter.current_limit if limiter else None
    return max(1, ceil(met.reset_at - time())) if met else 60


def _too_large(error: HTTPException) -> Response:
    """Says how much may be sent: a view that takes pictures allows more than others."""
    most = request.max_content_length
    told = (
        [gettext("At most %(size)s MB can be sent at once.", size=most // MEGABYTE)] if most else []
    )
    return _page(413, steps=[*told, gettext(WORDS[413][1])])


def _database_away(error: Exception) -> Response:
    log.error("database.away", error=type(error).__name__)
    return read_only.unavailable(None, _page(503))


def _known(error: MadoError) -> Response:
    said = None if error.message in PLAIN else error.message
    page = _page(_status(error), said)
    return read_only.unavailable(error.message, page) if g.get("read_only") else page


def _bug(error: Exception) -> Response:
    if read_only.is_refused_change(error):
        return _known(TryLater(read_only.NOT_TAKEN))
    log.exception("bug", endpoint=request.endpoint)
    return _page(500)

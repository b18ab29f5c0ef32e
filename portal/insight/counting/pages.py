"""How visits are counted, and the button that says no; Google Analytics where a city wants it."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from portal.core.settings import Settings
from portal.core.web.access import public
from portal.insight.counting import choice
from portal.insight.counting.rules import OPEN

bp = Blueprint("counting", __name__, url_prefix="/counting")
YEAR = 31_536_000  # seconds


@bp.get("")
@public()
def index() -> str:
    """What is counted, what is not, and the choice."""
    settings: Settings = current_app.extensions["mado.settings"]
    return render_template(
        "portal/insight/counting.html",
        said_no=choice.says_no(request),
        chose_no=choice.chose_no(request),
        google=bool(settings.GOOGLE_ANALYTICS),
    )


@bp.post("")
@public(audited=False)  # a cookie of this browser: nothing is kept here
def choose() -> Response:
    """Count this browser no more, or again."""
    settings: Settings = current_app.extensions["mado.settings"]
    answer = make_response(redirect(url_for("counting.index"), 303))
    if request.form.get("count") == "no":
        answer.set_cookie(
            choice.COOKIE, "1", max_age=YEAR, samesite="Lax", secure=settings.secure, httponly=True
        )
    else:
        answer.delete_cookie(choice.COOKIE)
    return answer


def install(app: Flask, settings: Settings) -> None:
    """Google's script, where the setting names a measurement ID."""
    app.register_blueprint(bp)
    if settings.GOOGLE_ANALYTICS:
        app.context_processor(_google)


def _google() -> dict[str, Any]:
    """On open pages of who is not signed in and did not say no. The policy follows it."""
    viewer = g.get("viewer")
    if viewer is None or viewer.face != "resident" or viewer.signed_in:
        return {}
    if request.endpoint not in OPEN or not choice.is_counted(request):
        return {}
    g.google_analytics = True
    settings: Settings = current_app.extensions["mado.settings"]
    return {"google_analytics": settings.GOOGLE_ANALYTICS}

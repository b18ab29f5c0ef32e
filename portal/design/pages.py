"""/design: open where the portal runs on one's own machine, and to clerks who run it."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Flask, Response, current_app, render_template, url_for

from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.settings import Settings
from portal.core.web import letters
from portal.core.web.access import current_viewer, public, staff
from portal.core.web.app import ROOT
from portal.design.specimens import parts
from portal.design.states import forced

bp = Blueprint("design", __name__)
STYLES = ("base", "components", "staff", "mypage")


def register(app: Flask) -> None:
    """The page on both faces, and its style sheet."""
    app.register_blueprint(bp)


@bp.get("/design")
@public()
def page() -> str:
    """As residents see it; not in a city's real portal."""
    _only_locally()
    return _page("design.states")


@bp.get("/staff/design")
@staff("operations.view")
def desk() -> str:
    """As clerks see it, everywhere."""
    return _page("design.desk_states")


@bp.get("/design/states.css")
@public()
def states() -> Response:
    """Rules of hovering and focus, said of classes."""
    _only_locally()
    return Response(_states(), mimetype="text/css")


@bp.get("/staff/design/states.css")
@staff("operations.view")
def desk_states() -> Response:
    """The same for clerks."""
    return Response(_states(), mimetype="text/css")


def _only_locally() -> None:
    settings: Settings = current_app.extensions["mado.settings"]
    if settings.refuses_stand_ins:
        raise NotFound()


def _page(styles: str) -> str:
    context = {
        "current_language": current_language(),
        "letter_size": letters.letter_size(),
        "look": letters.look(),
    }
    return render_template(
        "portal/design/page.html",
        parts=list(parts(current_app.jinja_env, context)),
        states_url=url_for(styles),
        layout=f"layout/{current_viewer().face}.html",
    )


@cache
def _states() -> str:
    return forced([ROOT / "static" / "css" / f"{name}.css" for name in STYLES])

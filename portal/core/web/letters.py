"""The size of letters a browser asked for, without an account: a cookie with one number."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, request

from portal.core.settings import Settings
from portal.core.web.access import public

bp = Blueprint("letters", __name__)
COOKIE = "mado_letters"
USUAL = 100  # percent of what the browser says
SIZES = frozenset({USUAL, 125, 150, 200})
YEAR = 31_536_000  # seconds


def letter_size() -> int:
    """Percent: what this address chooses, else what this browser chose before."""
    chosen = request.args.get("letters") if request.endpoint == "letters.page" else None
    return _known(chosen) or _known(request.cookies.get(COOKIE)) or USUAL


@bp.get("/letters")
@public()
def page() -> Response:
    """The four sizes; the page itself is shown in the one that was chosen."""
    answer = make_response(render_template("portal/letters.html"))
    chosen = _known(request.args.get("letters"))
    if chosen:
        settings: Settings = current_app.extensions["mado.settings"]
        answer.set_cookie(
            COOKIE,
            str(chosen),
            max_age=YEAR,
            samesite="Lax",
            secure=settings.secure,
            httponly=True,
        )
    return answer


def _known(text: str | None) -> int | None:
    sizes = {str(size): size for size in SIZES}
    return sizes.get(text or "")

"""How a browser asked to see pages, without an account: size of letters, colours; two cookies."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request

from portal.core.settings import Settings
from portal.core.web.access import public, safe_next

bp = Blueprint("letters", __name__)
COOKIE = "mado_letters"
USUAL = 100  # percent of what the browser says
SIZES = frozenset({USUAL, 125, 150, 200})
LOOK_COOKIE = "mado_look"
AUTO = "auto"  # as the device says
LOOKS = (AUTO, "light", "dark", "contrast")
PAGES = frozenset({"letters.page", "letters.desk", "design.page", "design.desk"})
YEAR = 31_536_000  # seconds


def letter_size() -> int:
    """Percent: what this address chooses, else what this browser chose before."""
    return _size(_asked("letters")) or _size(request.cookies.get(COOKIE)) or USUAL


def look() -> str:
    """One of LOOKS: what this address chooses, else what this browser chose before."""
    return _look(_asked("look")) or _look(request.cookies.get(LOOK_COOKIE)) or AUTO


@bp.get("/letters")
@public()
def page() -> Response:
    """The sizes and colours; the page itself is shown in what was chosen."""
    return _choice()


@bp.get("/staff/letters")
@public("staff")
def desk() -> Response:
    """The same for clerks, also before they sign in."""
    return _choice()


def _choice() -> Response:
    answer = make_response(render_template("portal/letters.html", back=_back()))
    for cookie, chosen in (
        (COOKIE, _size(_asked("letters"))),
        (LOOK_COOKIE, _look(_asked("look"))),
    ):
        if chosen:
            _remember(answer, cookie, str(chosen))
    return answer


def _remember(answer: Response, cookie: str, value: str) -> None:
    settings: Settings = current_app.extensions["mado.settings"]
    answer.set_cookie(
        cookie, value, max_age=YEAR, samesite="Lax", secure=settings.secure, httponly=True
    )


def _back() -> str:
    """The page one came from, if it is one of ours that can be opened again; else ""."""
    came = urlsplit(request.referrer or "")
    here = came.netloc == request.host and came.path != request.path
    asked = request.args.get("back") or (f"{came.path}?{came.query}".rstrip("?") if here else "")
    found = safe_next(asked, "")
    routes = current_app.create_url_adapter(request)
    opens = routes is not None and routes.test(urlsplit(found).path, method="GET")
    return found if found and opens else ""


def _asked(name: str) -> str | None:
    """Only the page of choices listens: elsewhere such a parameter may be another's."""
    return request.args.get(name) if request.endpoint in PAGES else None


def _size(text: str | None) -> int | None:
    sizes = {str(size): size for size in SIZES}
    return sizes.get(text or "")


def _look(text: str | None) -> str | None:
    return text if text in LOOKS else None

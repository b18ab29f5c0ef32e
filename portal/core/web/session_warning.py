"""The warning that a session ends soon, which every page of a signed-in resident carries."""

from __future__ import annotations

from functools import lru_cache

from flask import render_template
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.core.i18n import current_language
from portal.core.web.pieces import Piece, marks

_MARKED = marks(("left", "most", "token"))


def session_warning(left: tuple[int, int]) -> Markup:
    """The hidden part for `left` seconds: when nothing is done, and whatever is done."""
    idle, most = left
    values = {"left": str(idle), "most": str(most), "token": str(generate_csrf())}
    return _piece(current_language()).filled(values)


@lru_cache(maxsize=16)
def _piece(language: str) -> Piece:
    return Piece.cut(render_template("layout/session_warning.html", slot=_MARKED))

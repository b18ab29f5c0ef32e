"""My Page: to-dos and recommendations of the family, and the acts about them."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.core.web.access import resident

bp = Blueprint("mypage", __name__)


@bp.route("/my")
@resident
def home() -> str:
    """What everybody in the family can or must do now."""
    return render_template("portal/my.html")


@bp.route("/my/done")
@resident
def finished() -> str:
    """What was checked off, hidden or put off; each can be brought back."""
    return render_template("portal/my.html")

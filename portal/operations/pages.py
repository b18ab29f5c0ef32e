"""/staff/: what this clerk can do."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.core.web.access import staff

bp = Blueprint("operations", __name__)


@bp.get("/staff/", strict_slashes=False)  # people type it without the slash
@staff()
def home() -> str:
    """The menu says what one's roles allow; the layout prints it, this page greets."""
    return render_template("portal/staff_home.html")

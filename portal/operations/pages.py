"""/staff/: what this clerk can do."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.console.waiting import counted
from portal.core.registries import registries
from portal.core.web.access import current_viewer, staff

bp = Blueprint("operations", __name__)


@bp.get("/staff/", strict_slashes=False)  # people type it without the slash
@staff()
def home() -> str:
    """What waits, and the menu in its groups, as one's roles allow."""
    waits = counted(registries().waiting, current_viewer())
    return render_template("portal/staff_home.html", waits=waits)

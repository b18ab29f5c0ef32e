"""/staff/: what this clerk can do; and /design, the living page of components."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.core.web.access import public, staff

bp = Blueprint("operations", __name__)


@bp.get("/staff/", strict_slashes=False)  # people type it without the slash
@staff()
def home() -> str:
    """The menu says what one's roles allow; the layout prints it, this page greets."""
    return render_template("portal/staff_home.html")


@bp.get("/design")
@public("resident", "staff")
def design() -> str:
    """All components with their states, for those who build and those who judge pages."""
    return render_template("components/gallery.html", gallery_layout="layout/public.html")

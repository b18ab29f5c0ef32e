"""For clerks who write: what residents looked for in vain."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.core.web.access import staff
from portal.search import misses

bp = Blueprint("staff_search", __name__)


@bp.route("/staff/searches")
@staff("knowledge.view")
def index() -> str:
    """Words that found nothing in the last 90 days, the most frequent first."""
    return render_template("portal/staff/searches.html", found=misses.most_frequent())

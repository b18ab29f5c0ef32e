"""Staff's page of what was deleted when its time was over, and what was not."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.core.errors import N_
from portal.core.web.access import staff
from portal.operations import retention
from portal.operations.retention_kinds import By

bp = Blueprint("retention", __name__, url_prefix="/staff/retention")
SEE = "operations.view"
WORDS = {
    By.SWEEP: N_("Every minute"),
    By.NIGHT: N_("Every night"),
    By.ACT: N_("At once, by those it belongs to"),
    By.CITY: N_("By the city's own rules"),
}


@bp.get("")
@staff(SEE)
def index() -> str:
    """One line a rule."""
    day, lines = retention.newest()
    late = sum(line.row.overdue for line in lines if line.row)
    return render_template(
        "portal/operations/retention.html", day=day, lines=lines, words=WORDS, late=late
    )

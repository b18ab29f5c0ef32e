"""Staff's dashboard: key figures of a month with their definitions, and the rows below each."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from flask import Blueprint, Response, render_template, request

from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.web.access import staff
from portal.insight import charts, kpi

bp = Blueprint("kpi", __name__, url_prefix="/staff/kpi")
SEE = "operations.view"
MONTHS = 13


def months() -> list[str]:
    """This one and a year back."""
    found: list[str] = []
    day = today().replace(day=1)
    while len(found) < MONTHS:
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _month() -> str:
    wanted = request.args.get("month") or months()[0]
    try:
        kpi.month_span(wanted)
    except ValueError:
        raise NotFound() from None
    return wanted


@bp.get("")
@staff(SEE)
def index() -> str:
    """All figures."""
    month = _month()
    return render_template(
        "portal/insight/kpi.html", values=kpi.values(month), month=month, months=months()
    )


@bp.get("/<key>")
@staff(SEE)
def rows(key: str) -> str:
    """The rows that add up to a figure."""
    found, month = kpi.find(key), _month()
    if found is None:
        raise NotFound()
    value = kpi.value(found, month)
    return render_template(
        "portal/insight/kpi_rows.html", value=value, month=month, drawn=charts.of_kpi(value)
    )


@bp.get("/month.csv")
@staff(SEE)
def table() -> Response:
    """Figures and rows of a month as a file."""
    month, out = _month(), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["month", "figure", "row", "part", "whole"])
    for value in kpi.values(month):
        if value.hidden:
            continue
        lines.writerow([month, value.kpi.key, "", value.part, value.whole])
        lines.writerows([month, value.kpi.key, *row] for row in value.rows)
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=kpi-{month}.csv"
    return answer

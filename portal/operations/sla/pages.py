"""Staff's page of the month's figures, its files, and what only people can say."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.core import audit
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import NotFound, TryLater
from portal.core.web.access import current_viewer, staff
from portal.core.web.charts import Chart, chart
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.operations.sla import files, pdf
from portal.operations.sla.figures import cell
from portal.operations.sla.items import items, words
from portal.operations.sla.month import Month, month_of
from portal.operations.sla.records import SlaEntry
from portal.operations.sla.report import Report, report
from portal.operations.sla.saying import result
from portal.operations.sla.timeline import DOWN, UP

bp = Blueprint("sla", __name__, url_prefix="/staff/figures")
SEE, MANAGE = "operations.view", "operations.manage"
MONTHS = 13
KEPT = 60.0  # seconds
SHOWN = 500  # rows of an item on its page; the workbook has more
MET = {"yes": True, "no": False, "unknown": None}


class EntryForm(Form):
    """An item's value as staff know it."""

    item = SelectField(_("Item of the contract"), coerce=int)
    value = TextAreaField(_("Value or words"), [Required(), AtMost(1_000)], filters=[trimmed])
    met = RadioField(_("Was it met?"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        lines: Any = [SelectChoice(0, words()["proposals"])]
        lines += [SelectChoice(one.number, f"{one.number} {one.title}") for one in items()]
        said = {
            "yes": gettext("Met"),
            "no": gettext("Not met"),
            "unknown": gettext("Not measurable"),
        }
        self.item.choices = lines
        self.met.choices = [SelectChoice(key, name) for key, name in said.items()]


def _month() -> Month:
    wanted = request.args.get("month") or f"{today().replace(day=1):%Y-%m}"
    try:
        return month_of(wanted)
    except ValueError:
        raise NotFound() from None


def _report(month: Month) -> Report:
    """Made at most once a minute a process, and anew after an entry."""
    newest = read().execute(select(func.max(SlaEntry.at))).scalar()
    kept: dict[str, tuple[object, float, Report]] = current_app.extensions.setdefault(
        "mado.sla", {}
    )
    found = kept.get(month.name)
    if found and found[0] == newest and time.monotonic() - found[1] < KEPT:
        return found[2]
    made = report(month)
    kept.clear()  # one month is looked at; each is large
    kept[month.name] = (newest, time.monotonic(), made)
    return made


def _months() -> list[str]:
    found, day = [], today().replace(day=1)
    for _n in range(MONTHS):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return found


@bp.get("")
@staff(SEE)
def index() -> str:
    """All figures of a month, with charts and the tables beside them."""
    made = _report(_month())
    return render_template(
        "portal/operations/sla.html",
        report=made,
        words=words(),
        result=result,
        months=_months(),
        drawn=_availability_chart(made),
        days=made.timeline.days(),
    )


def _availability_chart(made: Report) -> Chart:
    days = {
        day: n[UP] * 100 / (n[UP] + n[DOWN])
        for day, n in made.timeline.days().items()
        if n[UP] or n[DOWN]
    }
    return chart(
        gettext("Availability by day"),
        [day[-2:] for day in days],
        [(words()["up"], list(days.values()))],
        unit="%",
        places=2,
        least=min([90.0, *days.values()]) // 10 * 10,
        most=100,
    )


@bp.get("/items/<int:number>")
@staff(SEE)
def item(number: int) -> str:
    """The rows an item's figure comes from."""
    made = _report(_month())
    found = [(one, figure) for one, figure in made.lines if one.number == number]
    if not found:
        raise NotFound()
    return render_template(
        "portal/operations/sla_item.html",
        item=found[0][0],
        figure=found[0][1],
        month=made.month.name,
        words=words(),
        cell=cell,
        result=result,
        shown=SHOWN,
    )


@bp.get("/report.<kind>")
@staff(SEE)
def file(kind: str) -> Response:
    """The report as XLSX or PDF in a ZIP with its signature; taking it is written down."""
    if kind not in files.KINDS:
        raise NotFound()
    try:
        content = files.packed(_report(_month()), (kind,))
    except pdf.NoPango as error:
        raise TryLater(str(error)) from None
    month = _month().name
    with transaction() as session:
        audit.record(session, "sla.taken", None, month=month, kind=kind)
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename=sla-{month}-{kind}.zip"
    return answer


@bp.route("/entry", methods=["GET", "POST"])
@staff(MANAGE)
def entry() -> ResponseReturnValue:
    """What cannot be measured here is entered; each entry stays."""
    month = _month()
    form = EntryForm(data={"met": "yes"})
    if form.valid():
        with transaction() as session:
            row = SlaEntry(
                month=month.first,
                item=form.item.data,
                value=form.value.data or "",
                met=MET[str(form.met.data)],
                by=current_viewer().id,
            )
            session.add(row)
            session.flush()
            audit.record(session, "sla.entered", ("sla_entry", row.id), item=row.item)
        flash(gettext("The entry is kept."), "success")
        return redirect(url_for("sla.index", month=month.name), 303)
    return render_template("portal/operations/sla_entry.html", form=form, month=month.name)

"""Staff pages: the accuracy report, its table, and the month's sample to judge."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.tuning import misses, sampling
from chatbot.tuning.staff import charts
from chatbot.tuning.staff.words import EDIT, SEE, bp, by, shared
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.web.access import staff

MONTHS = 13
COUNTS = ("asked", "at_once", "picked", "unknown", "solved", "unsolved", "right", "partly", "wrong")
SHARES = ("answer_rate", "correctness", "rightly_answered", "solved_share", "seen", "unseen")


@bp.get("/accuracy")
@staff(SEE)
def accuracy() -> ResponseReturnValue:
    """What was answered, and how much of it rightly."""
    lines = sampling.accuracy(_since())
    months = [one for one in lines if not one.channel and not one.category]
    return render_template(
        "chatbot/tuning/accuracy.html",
        months=months,
        drawn=charts.of_accuracy(months),
        faces=[one for one in lines if one.channel],
        categories=[one for one in lines if one.category],
        **shared(),
    )


@bp.get("/accuracy.csv")
@staff(SEE)
def accuracy_table() -> Response:
    """The same as CSV with a BOM, which spreadsheets read as UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["month", "channel", "category", *COUNTS, *SHARES, "low_95", "high_95"])
    for line in sampling.accuracy(_since()):
        figures = [getattr(line, name) for name in (*COUNTS, *SHARES)]
        plain = ["" if figure is None else figure for figure in figures]
        where = [f"{line.month:%Y-%m}", line.channel or "all", line.category or "all"]
        rows.writerow([*where, *plain, *(line.margin or ("", ""))])
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=accuracy.csv"
    return answer


@bp.get("/sample")
@staff(SEE)
def sample() -> ResponseReturnValue:
    """The month's answers to judge, drawn at random."""
    return _sample_page()


def _sample_page() -> str:
    month = _month()
    rows = sampling.sample(month)
    return render_template(
        "chatbot/tuning/sample.html",
        month=month,
        before=_back(month, 1),
        rows=rows,
        judged=sum(row.mark is not None for row in rows),
        suggestions=misses.suggestions,
        **shared(),
    )


@bp.post("/sample/<uuid:asked_id>")
@staff(EDIT)
def judge(asked_id: UUID) -> ResponseReturnValue:
    """One mark."""
    mark, right = request.form.get("mark", ""), request.form.get("right_key", "")
    try:
        with transaction() as db:
            sampling.judge(db, asked_id, mark, by=by(), right_key=right if mark != "right" else "")
    except sampling.JudgedAlready as error:
        flash(gettext(error.message), "error")
        return _sample_page(), 409
    there = url_for("tuning.sample", month=request.form.get("month"))
    return redirect(f"{there}#next", 303)


def _month() -> date:
    text = request.values.get("month", "")
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)


def _since() -> date:
    return _back(today().replace(day=1), MONTHS - 1)


def _back(month: date, count: int) -> date:
    whole = month.year * 12 + month.month - 1 - count
    return date(whole // 12, whole % 12 + 1, 1)

"""The answer to the small question, and what the city hall sees of all answers."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import N_
from portal.core.registries import NavItem, registries
from portal.core.web.access import came_from, staff, unnamed_resident
from portal.insight import asking, charts, kpi_pages
from portal.insight.counting import noting
from portal.insight.counting import pages as counting
from portal.insight.counting.models import CountedVisit
from portal.insight.figures import FEWEST, Answer, Line, Score, lines, words_of
from portal.insight.forms import QuestionForm
from portal.insight.models import SurveyAnswer, SurveyAsk

bp = Blueprint("survey", __name__)
RECORDS = (SurveyAnswer, SurveyAsk, CountedVisit)
MAY = "audit.read"
SHOWN = timedelta(days=366)
NAV = NavItem(
    "staff",
    N_("Residents' satisfaction"),
    "survey.figures",
    "people",
    80,
    needs=MAY,
    group="figures",
)
TASKS = {
    "todo": N_("A to-do was finished"),
    "visit": N_("A visit was finished"),
    "answer": N_("A question was answered"),
}
HEADS = (
    "task",
    "month",
    "ease_answers",
    "ease_mean",
    "ease_share_5_to_7",
    "satisfaction_answers",
    "satisfaction_mean",
    "satisfaction_share_4_to_5",
)


def register(app: Flask) -> None:
    """Routes, the tick, and the question on residents' pages."""
    app.register_blueprint(bp)
    app.context_processor(asking.on_pages)
    found = registries(app)
    found.nav.append(NAV)
    found.ticks += [("survey", asking.sweep), ("visits counted", noting.tick)]
    settings = app.extensions["mado.settings"]
    noting.install(app, settings)
    counting.install(app, settings)
    app.register_blueprint(kpi_pages.bp)
    found.nav.append(
        NavItem(
            "staff",
            N_("Key figures"),
            "kpi.index",
            "chart",
            79,
            needs=kpi_pages.SEE,
            group="figures",
        )
    )


@bp.post("/survey")
@unnamed_resident
def answer() -> str | AnyResponse:
    """Keep it without who gave it; whoever is not asked changes nothing."""
    form, task = QuestionForm(), asking.waiting()
    if task is not None and not form.valid():
        return render_template("portal/insight/answer.html", survey_form=None, form=form)
    if task is not None:
        with transaction() as db:
            asking.keep(db, task, form)
        asking.no_more()
        flash(gettext("Thank you. This helps to make these pages better."), "success")
    return redirect(_back(), 303)


@bp.post("/survey/dismissal")
@unnamed_resident
def dismiss() -> AnyResponse:
    """Not now; the question comes back after 90 days at the earliest."""
    asking.no_more()
    return redirect(_back(), 303)


def _back() -> str:
    return came_from(url_for("mypage.home"))


@bp.get("/staff/surveys")
@staff(MAY)
def figures() -> str:
    """Ease and satisfaction by task and month."""
    found = _answers()
    shown = lines(found)
    return render_template(
        "portal/insight/figures.html",
        rows=[_cells(line) for line in shown],
        drawn=charts.of_survey(shown, {task: gettext(name) for task, name in TASKS.items()}),
        words={gettext(TASKS[task]): said for task, said in words_of(found).items()},
        fewest=FEWEST,
    )


@bp.get("/staff/surveys.csv")
@staff(MAY)
def table() -> Response:
    """The same as CSV with a BOM, which spreadsheets read as UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADS)
    for line in lines(_answers()):
        rows.writerow([line.task, line.month or "all", *_raw(line.ease), *_raw(line.satisfaction)])
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=satisfaction.csv"
    return answer


def _answers() -> list[Answer]:
    columns = ("day", "task", "ease", "satisfaction", "words")
    found = select(*(getattr(SurveyAnswer, name) for name in columns))
    return [Answer(*row) for row in read().execute(found.where(SurveyAnswer.day > today() - SHOWN))]


def _cells(line: Line) -> list[str]:
    month = line.month or gettext("All months shown")
    scores = (cell for one in (line.ease, line.satisfaction) for cell in _said(one))
    return [gettext(TASKS[line.task]), month, *scores]


def _said(one: Score) -> list[str]:
    if one.count is None:
        return [gettext("fewer than %(fewest)s", fewest=FEWEST), "–", "–"]
    return [str(one.count), f"{one.mean:.2f}", f"{one.share or 0:.0%}"]


def _raw(one: Score) -> list[str]:
    if one.count is None:
        return [f"<{FEWEST}", "", ""]
    return [str(one.count), str(one.mean), str(one.share)]

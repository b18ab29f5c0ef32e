"""Staff pages: test questions of all entries and of one, added, run, taken away."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.knowledge.store import load_knowledge
from chatbot.tuning import figures, testing
from chatbot.tuning.models import TestQuestion
from chatbot.tuning.serving import LIVE
from chatbot.tuning.staff.words import EDIT, NAMES, SEE, bp, by, shared
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, staff


@bp.get("/tests")
@staff(SEE)
def tests() -> ResponseReturnValue:
    """Every test question, with its outcome when run."""
    key, release = request.args.get("key") or None, request.args.get("release", LIVE)
    asked = testing.questions(key)
    outcomes = _run(asked, release) if "run" in request.args else []
    entries = sorted(
        (entry.text(current_language()).question, entry.key) for entry in load_knowledge().entries
    )
    return render_template(
        "chatbot/tuning/tests.html",
        lines=testing.lines(asked, outcomes),
        found=figures.measure(outcomes) if outcomes else None,
        key=key,
        release=release if release in NAMES else LIVE,
        entries=entries,
        held_out=figures.held_out,
        **shared(),
    )


@bp.post("/tests")
@staff(EDIT)
def add_test() -> ResponseReturnValue:
    """One or more test questions of an entry, one a line."""
    key = request.form.get("key", "")
    lines = [line.strip() for line in request.form.get("words", "").splitlines() if line.strip()]
    try:
        with transaction() as db:
            added = [testing.add(db, key, line, by=by()) for line in lines[:50]]
            if not any(added):
                raise testing.UnfitQuestion()
    except testing.UnfitQuestion as error:
        flash(gettext(error.message), "error")
        return tests()
    flash(gettext("The test questions are kept."), "success")
    return redirect(_back(key), 303)


@bp.post("/tests/<uuid:question_id>/removal")
@staff(EDIT)
def remove_test(question_id: UUID) -> ResponseReturnValue:
    """Take one away."""
    with transaction() as db:
        key = testing.remove(db, question_id)
    flash(gettext("The test question is gone."), "success")
    return redirect(_back(key), 303)


def panel(key: str) -> str:
    """The panel of an entry's page: its test questions, run when the page is asked to."""
    if not current_viewer().may(SEE):
        return ""
    asked = testing.questions(key)
    outcomes = _run(asked, LIVE) if "run" in request.args else []
    return render_template(
        "chatbot/tuning/panel.html", lines=testing.lines(asked, outcomes), key=key, **shared()
    )


def _run(asked: list[TestQuestion], release: str) -> list[figures.Outcome]:
    if release not in NAMES:
        raise NotFound()
    try:
        return testing.run(asked, release)
    except AnswersUnavailable:
        flash(gettext("The answering process does not answer right now."), "error")
    except testing.NotServed as error:
        flash(gettext(error.message), "error")
    return []


def _back(key: str) -> str:
    if request.form.get("back") == "entry":
        return url_for("answers_staff.entry", key=key) + "#tests"
    return url_for("tuning.tests", key=key if request.form.get("back") == "key" else None)

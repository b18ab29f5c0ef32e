"""Staff pages: releases of the answers, from the draft through the gate to everybody and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import text

from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.tuning import releases, training
from chatbot.tuning.log import turn_id
from chatbot.tuning.staff.words import APPROVE, EDIT, SEE, bp, by, shared
from chatbot.tuning.testing import NotServed
from portal.core.db import read, transaction
from portal.core.errors import Conflict, Forbidden, MadoError, NotFound
from portal.core.web.access import staff

SAID = text("""
SELECT release, count(*) AS asked, count(*) FILTER (WHERE solved) AS solved,
       count(*) FILTER (WHERE NOT solved) AS unsolved
  FROM asked_questions WHERE NOT trial GROUP BY release
""")


@bp.get("/releases")
@staff(SEE)
def release_list() -> ResponseReturnValue:
    """Every release, and trainings to make one with."""
    return _list_page()


def _list_page() -> str:
    return render_template(
        "chatbot/tuning/releases.html",
        found=releases.every(),
        said={row.release: row for row in read().execute(SAID)},
        trainings=training.every(),
        gate=releases.gate(),
        **shared(),
    )


@bp.post("/releases")
@staff(EDIT)
def make_release() -> ResponseReturnValue:
    """A new draft."""
    knowledge = request.form.get("knowledge", releases.IN_FORCE)
    if knowledge not in (releases.IN_FORCE, releases.FIXED, releases.WITH_DRAFTS):
        raise NotFound()
    note = request.form.get("note", "").strip()[:200]
    learned = turn_id(request.form.get("learned", ""))
    with transaction() as db:
        made = releases.make(db, by=by(), note=note, knowledge=knowledge, learned=learned)
    return redirect(url_for("tuning.release", release_id=made.id), 303)


@bp.get("/releases/<uuid:release_id>")
@staff(SEE)
def release(release_id: UUID) -> ResponseReturnValue:
    """One release: its figures, what people said, and the next step."""
    return _page(release_id)


@bp.post("/releases/<uuid:release_id>/trial")
@staff(EDIT)
def try_out(release_id: UUID) -> ResponseReturnValue:
    """Give it to staff."""
    words = gettext("Staff can try it out now.")
    return _done(release_id, lambda db: releases.try_out(db, release_id), words)


@bp.post("/releases/<uuid:release_id>/measurement")
@staff(EDIT)
def measure(release_id: UUID) -> ResponseReturnValue:
    """Run the test questions."""
    try:
        words = gettext("Measured.")
        return _done(release_id, lambda db: releases.measured(db, release_id), words)
    except AnswersUnavailable:
        flash(gettext("The answering process does not answer right now."), "error")
    except NotServed as error:
        flash(gettext(error.message), "error")
    return _page(release_id), 503


@bp.post("/releases/<uuid:release_id>/pilot")
@staff(APPROVE)
def pilot(release_id: UUID) -> ResponseReturnValue:
    """Let a share of conversations have it."""
    share = min(100, max(1, request.form.get("share", 10, int)))
    approver = _approver()
    words = gettext("%(share)s of 100 conversations have it now.", share=share)
    return _done(release_id, lambda db: releases.pilot(db, release_id, share, by=approver), words)


@bp.post("/releases/<uuid:release_id>/live")
@staff(APPROVE)
def go_live(release_id: UUID) -> ResponseReturnValue:
    """Let everybody have it."""
    approver = _approver()
    words = gettext("Everybody has it now.")
    return _done(release_id, lambda db: releases.go_live(db, release_id, by=approver), words)


@bp.post("/releases/<uuid:release_id>/stop")
@staff(EDIT)
def stop(release_id: UUID) -> ResponseReturnValue:
    """End a draft, a trial or a pilot."""
    return _done(release_id, lambda db: releases.stop(db, release_id), gettext("Ended."))


@bp.post("/releases/rollback")
@staff(APPROVE)
def roll_back() -> ResponseReturnValue:
    """Back to the release before."""
    with transaction() as db:
        before = releases.roll_back(db)
    words = gettext("Number %(number)s is live again.", number=before.number) if before else None
    flash(words or gettext("What is in force answers again, without a release."), "success")
    return redirect(url_for("tuning.release_list"), 303)


@bp.post("/trainings")
@staff(EDIT)
def train() -> ResponseReturnValue:
    """Learn from the labels there are."""
    try:
        with transaction() as db:
            training.ask(db, by=by())
    except training.TooFewLabels as error:
        flash(gettext(error.message), "error")
        return _list_page(), 409
    flash(gettext("The training has begun. Look again in a minute."), "success")
    return redirect(url_for("tuning.release_list"), 303)


def _done(release_id: UUID, act: Callable[[Any], object], words: str) -> ResponseReturnValue:
    try:
        with transaction() as db:
            act(db)
    except (Conflict, Forbidden) as error:
        flash(_why(error), "error")
        return _page(release_id), 409
    flash(words, "success")
    return redirect(url_for("tuning.release", release_id=release_id), 303)


def _why(error: MadoError) -> str:
    """What keeps it back; the gate's figures stand on the page below."""
    if isinstance(error, releases.GateClosed) and not error.shortfalls:
        return str(gettext("Measure it first; figures count for a day."))
    return str(gettext(error.message))


def _page(release_id: UUID) -> str:
    every = releases.every()
    found = next((one for one in every if one.id == release_id), None)
    live = next((str(one.id) for one in every if one.state == releases.ON), "")
    if found is None:
        raise NotFound()
    said = {row.release: row for row in read().execute(SAID)}
    return render_template(
        "chatbot/tuning/release.html",
        row=found,
        closed=releases.closed_by(found),
        gate=releases.gate(),
        said=said.get(str(found.id)),
        said_live=said.get(live) if str(found.id) != live else None,
        own=found.author == by(),
        **shared(),
    )


def _approver() -> UUID:
    approver = by()
    if approver is None:
        raise NotFound()
    return approver

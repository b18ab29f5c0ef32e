"""Staff pages: asking the release that staff try out, and replays of what people asked."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.answering.client import AnswerClient
from chatbot.answering.unavailable import AnswersUnavailable
from chatbot.dialogue.reply import Question
from chatbot.rendering import web as rendering
from chatbot.rendering.outside import reachable
from chatbot.tuning import log, replaying
from chatbot.tuning.serving import served
from chatbot.tuning.staff.words import EDIT, NAMES, SEE, bp, by, shared
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.settings import Settings
from portal.core.web.access import staff

LONGEST = 400


@bp.route("/trial", methods=["GET", "POST"])
@staff(SEE, audited=False)  # asking changes nothing of anybody
def trial() -> ResponseReturnValue:
    """One question, answered by each release that is out, side by side."""
    asked = request.form.get("words", "").strip()[:LONGEST]
    names = [name for name in NAMES if name == "" or name in served()]
    try:
        views = [(name, _view(asked, name)) for name in names] if asked else []
    except AnswersUnavailable:
        flash(gettext("The answering process does not answer right now."), "error")
        views = []
    return render_template("chatbot/tuning/trial.html", asked=asked, views=views, **shared())


def _view(asked: str, name: str) -> rendering.ReplyView:
    settings: Settings = current_app.extensions["mado.settings"]
    question = Question(asked, current_language(), release=name)
    reply = AnswerClient(settings.ANSWERS_SOCKET).turn(question)
    log.note(question, reply, channel="web", trial=True)
    return rendering.render(reachable(reply), settings.PUBLIC_URL)


@bp.get("/replays")
@staff(SEE)
def replays() -> ResponseReturnValue:
    """Replays that were run."""
    names = [name for name in NAMES if name == "" or name in served()]
    found = replaying.every()
    return render_template("chatbot/tuning/replays.html", found=found, out=names, **shared())


@bp.post("/replays")
@staff(EDIT)
def start_replay() -> ResponseReturnValue:
    """Ask for one."""
    before, after = request.form.get("before", ""), request.form.get("after", "")
    if before == after:
        flash(gettext("Please choose two different releases."), "error")
        return replays()
    with transaction() as db:
        made = replaying.start(db, before, after, by=by())
    return redirect(url_for("tuning.replay", replay_id=made.id), 303)


@bp.get("/replays/<uuid:replay_id>")
@staff(SEE)
def replay(replay_id: UUID) -> ResponseReturnValue:
    """What two releases answer differently."""
    row, changes = replaying.shown(replay_id)
    return render_template("chatbot/tuning/replay.html", row=row, changes=changes, **shared())


@bp.post("/replays/changes/<uuid:change_id>")
@staff(EDIT)
def mark_change(change_id: UUID) -> ResponseReturnValue:
    """Better or worse, in a person's eyes."""
    mark = request.form.get("mark", "")
    if mark not in replaying.MARKS:
        raise NotFound()
    with transaction() as db:
        found = replaying.mark(db, change_id, mark, by=by())
    there = url_for("tuning.replay", replay_id=found.replay_id)
    return redirect(f"{there}#c-{change_id}", 303)

"""Staff pages: the inbox of what people did not find, and what became of it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.knowledge.words import UnfitWords
from chatbot.tuning import misses, testing
from chatbot.tuning.staff import charts
from chatbot.tuning.staff.words import EDIT, SEE, SOURCES, bp, by, shared
from portal.console.assigning import assigned
from portal.console.paging import paged
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff

A_PAGE = 20


@bp.get("")
@staff(SEE)
def inbox() -> ResponseReturnValue:
    """What was missed, by people affected, with what may be meant."""
    source = request.args.get("source", "")
    everything = misses.inbox()
    found = [one for one in everything if not source or one.sources[source]]
    pages = paged(found, A_PAGE)
    shown = [] if "file" in request.args else pages.rows
    return render_template(
        "chatbot/tuning/inbox.html",
        misses=[(one, misses.suggestions(one.words)) for one in shown],
        paged=pages,
        whose=assigned("misses"),
        drawn=charts.of_misses(everything, SOURCES),
        source=source if source in SOURCES else "",
        **shared(),
    )


@bp.get("/decisions")
@staff(SEE)
def decisions() -> ResponseReturnValue:
    """What staff made of misses, to be taken back."""
    return render_template("chatbot/tuning/decisions.html", found=misses.history(), **shared())


@bp.post("/decisions")
@staff(EDIT)
def decide() -> ResponseReturnValue:
    """One act on one miss."""
    miss, asked = request.form.get("miss", ""), request.form.get("asked", "").strip()[:200]
    if not miss or not asked:
        raise NotFound()
    try:
        with transaction() as db:
            there = _act(db, miss, asked)
    except UnfitWords as error:
        flash(gettext(error.message), "error")
        return redirect(url_for("tuning.inbox"), 303)
    flash(gettext("Done. You can take it back under “Dealt with”."), "success")
    return redirect(there, 303)


@bp.post("/decisions/<uuid:decision_id>/undo")
@staff(EDIT)
def undo(decision_id: UUID) -> ResponseReturnValue:
    """Take one back."""
    with transaction() as db:
        misses.undo(db, decision_id, by=by())
    flash(gettext("Taken back. It is in the list again."), "success")
    return redirect(url_for("tuning.decisions"), 303)


def _act(db: Session, miss: str, asked: str) -> str:
    """The act the form names; where to go then."""
    act, _, key = request.form.get("act", "").partition(":")
    if act == "alias":
        misses.make_alias(db, miss, asked, key or request.form.get("key", ""), by=by())
        if request.form.get("test"):
            testing.add(db, key or request.form.get("key", ""), asked, by=by(), origin="log")
    elif act == "synonym":
        word, same_as = request.form.get("word", ""), request.form.get("same_as", "")
        misses.make_synonym(db, miss, word.strip(), same_as.strip(), by=by())
    elif act == "draft":
        answer, near = gettext("Please write the answer here."), request.form.get("near", "")
        made = misses.make_draft(db, miss, asked, answer, by=by(), near=near)
        return url_for("answers_staff.edit", key=made)
    else:
        misses.put_aside(db, miss, asked, act, by=by())
    return url_for("tuning.inbox")

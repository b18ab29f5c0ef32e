"""Staff acts on a revision: propose, send back, approve, discard, bring back; and withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from chatbot.knowledge import editing
from chatbot.knowledge.bodies import KnowledgeError
from chatbot.knowledge.models import AnswerRevision, Thing
from chatbot.knowledge.staff import entries
from chatbot.knowledge.staff.list_views import bp, entry_page
from chatbot.knowledge.staff.words import APPROVE, EDIT, SEE
from portal.catalogue.staff.specs import Unreadable, read_days
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.web.access import current_viewer, staff

Act = Callable[[Session], AnswerRevision]
LONGEST = 500


@bp.post("/revisions/<uuid:revision_id>/proposal")
@staff(EDIT)
def propose(revision_id: UUID) -> ResponseReturnValue:
    """Ask for approval."""
    words = gettext("It waits for the approval of a colleague.")
    return _done(lambda db: editing.propose(db, revision_id), words, revision_id)


@bp.post("/revisions/<uuid:revision_id>/return")
@staff(SEE)
def send_back(revision_id: UUID) -> ResponseReturnValue:
    """Back to its author with a word why: by who may approve, or by who wrote it."""
    viewer, row = current_viewer(), entries.revision(revision_id)
    if not viewer.may(APPROVE) and not (viewer.may(EDIT) and row.author == viewer.id):
        raise Forbidden()
    why = request.form.get("note", "").strip()[:LONGEST]
    words = gettext("It is sent back.")
    return _done(lambda db: editing.send_back(db, revision_id, why=why), words, revision_id)


@bp.post("/revisions/<uuid:revision_id>/approval")
@staff(APPROVE)
def approve(revision_id: UUID) -> ResponseReturnValue:
    """Approve, for now or for a day."""
    text, viewer = request.form.get("live_on", "").strip(), current_viewer()
    try:
        day = read_days(text)[0] if text else None
    except (Unreadable, IndexError):
        return _told(gettext("Please write a date like 2026-04-01."), revision_id)
    if day is not None and day < today():
        return _told(gettext("This day is over."), revision_id)
    if viewer.id is None:
        raise NotFound()
    by = viewer.id
    words = gettext("Approved.")
    return _done(
        lambda db: editing.approve(db, revision_id, by=by, live_on=day), words, revision_id
    )


@bp.post("/revisions/<uuid:revision_id>/discard")
@staff(EDIT)
def discard(revision_id: UUID) -> ResponseReturnValue:
    """Throw an open revision away."""
    words = gettext("The draft is discarded. It stays in the history.")
    return _done(lambda db: editing.discard(db, revision_id), words, revision_id)


@bp.post("/revisions/<uuid:revision_id>/again")
@staff(EDIT)
def bring_back(revision_id: UUID) -> ResponseReturnValue:
    """A new draft with an older wording."""
    viewer = current_viewer()
    words = gettext("A new draft has the older wording.")
    return _done(lambda db: editing.bring_back(db, revision_id, by=viewer.id), words, revision_id)


@bp.post("/entries/<key>/withdrawal")
@staff(EDIT)
def withdraw(key: str) -> ResponseReturnValue:
    """A draft that takes the answer away once it is approved."""
    if entries.current(key) is None:
        raise NotFound()
    why = request.form.get("note", "").strip()[:LONGEST]
    with transaction() as db:
        editing.draft(db, Thing.FAQ, key, None, by=current_viewer().id, note=why)
    flash(gettext("The withdrawal is drafted. Look at it, then propose it."), "success")
    return redirect(url_for("answers_staff.entry", key=key), 303)


def _done(act: Act, words: str, revision_id: UUID) -> ResponseReturnValue:
    try:
        with transaction() as db:
            row = act(db)
    except KnowledgeError as fault:
        return _told(gettext("Please check: %(problem)s", problem=str(fault)), revision_id)
    except (editing.OwnWork, editing.EditedMeanwhile) as error:
        return _told(gettext(error.message), revision_id)
    flash(words, "success")
    return redirect(url_for("answers_staff.entry", key=row.key), 303)


def _told(words: str, revision_id: UUID) -> ResponseReturnValue:
    """Nothing was changed, and why: the answer's page says it."""
    flash(words, "error")
    return entry_page(entries.revision(revision_id).key), 409

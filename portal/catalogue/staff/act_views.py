"""Staff acts on a revision: propose, send back, approve, discard, bring back; and withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.catalogue import editing
from portal.catalogue.exporting import plain
from portal.catalogue.load import Thing, shipped_entries
from portal.catalogue.models import CatalogueRevision
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.staff import entries
from portal.catalogue.staff.faults import say_problem
from portal.catalogue.staff.list_views import APPROVE, EDIT, SEE, bp, entry_page
from portal.catalogue.staff.specs import Unreadable, read_days
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.web.access import current_viewer, staff

Act = Callable[[Session], CatalogueRevision]
LONGEST = 500


@bp.post("/revisions/<uuid:revision_id>/proposal")
@staff(EDIT)
def propose(revision_id: UUID) -> ResponseReturnValue:
    """Ask for approval; a failing test holds it back."""
    words = gettext("It waits for the approval of a colleague.")
    return _done(lambda db: editing.propose(db, revision_id), words, revision_id)


@bp.post("/revisions/<uuid:revision_id>/return")
@staff(SEE)
def send_back(revision_id: UUID) -> ResponseReturnValue:
    """Back to its author with a word why: by who may approve, or by who wrote it."""
    viewer, row = current_viewer(), entries.revision(revision_id)
    if not viewer.may(APPROVE) and not (viewer.may(EDIT) and row.author == viewer.id):
        raise Forbidden()
    note = request.form.get("note", "").strip()[:LONGEST]
    words = gettext("It is sent back.")
    return _done(lambda db: editing.send_back(db, revision_id, note=note), words, revision_id)


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


@bp.post("/<word>/<key>/delivered")
@staff(EDIT)
def as_delivered(word: str, key: str) -> ResponseReturnValue:
    """A new draft with the wording this program came with, which is no revision of the city's."""
    thing, viewer = entries.thing_of(word), current_viewer()
    found = shipped_entries()[thing].get(key)
    if found is None:
        raise NotFound()
    try:
        with transaction() as db:
            editing.draft(db, thing, key, plain(found.body), by=viewer.id)
    except FaultyEntry as fault:
        return _refused(_still_used(fault), thing, key)
    flash(gettext("A new draft has the older wording."), "success")
    return _to_entry(thing, key)


@bp.post("/<word>/<key>/withdrawal")
@staff(EDIT)
def withdraw(word: str, key: str) -> ResponseReturnValue:
    """A draft that takes the entry out of the catalogue once it is approved."""
    thing, viewer = entries.thing_of(word), current_viewer()
    if entries.current(thing, key) is None:
        raise NotFound()
    note = request.form.get("note", "").strip()[:LONGEST]
    try:
        with transaction() as db:
            editing.draft(db, thing, key, None, by=viewer.id, note=note)
    except FaultyEntry as fault:
        return _refused(_still_used(fault), thing, key)
    flash(gettext("The withdrawal is drafted. Look at it, then propose it."), "success")
    return _to_entry(thing, key)


def _done(act: Act, words: str, revision_id: UUID) -> ResponseReturnValue:
    try:
        with transaction() as db:
            row = act(db)
    except FaultyEntry as fault:
        return _told(_still_used(fault), revision_id)
    except (editing.OwnWork, editing.FailingTests) as error:
        return _told(gettext(error.message), revision_id)
    flash(words, "success")
    return _to_entry(Thing(row.thing), row.key)


def _still_used(fault: FaultyEntry) -> str:
    place = f"{fault.place} {fault.field}".strip()
    words = say_problem(fault.problem)
    return str(
        gettext(
            "The catalogue does not read with this: %(place)s. %(words)s", place=place, words=words
        )
    )


def _told(words: str, revision_id: UUID) -> ResponseReturnValue:
    """Nothing was changed, and why: the entry's page says it."""
    row = entries.revision(revision_id)
    return _refused(words, Thing(row.thing), row.key)


def _refused(words: str, thing: Thing, key: str) -> ResponseReturnValue:
    flash(words, "error")
    return entry_page(thing, key), 409


def _to_entry(thing: Thing, key: str) -> ResponseReturnValue:
    word = entries.WORD_OF[thing]
    return redirect(url_for("catalogue_staff.entry", word=word, key=key), 303)

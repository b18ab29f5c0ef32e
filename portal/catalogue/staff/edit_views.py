"""Staff pages: the form of an entry, with its live explanation; everything works by round trip."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import editing, examples
from portal.catalogue.lint import lint_service
from portal.catalogue.load import Thing, load_catalogue
from portal.catalogue.model import Service
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.staff import entries
from portal.catalogue.staff.bodies import Body
from portal.catalogue.staff.diffs import changes
from portal.catalogue.staff.explaining import explain, say_range
from portal.catalogue.staff.faults import say_problem
from portal.catalogue.staff.forms import EntryForm
from portal.catalogue.staff.list_views import EDIT, bp, shared
from portal.catalogue.staff.specs import Unreadable, read_days
from portal.catalogue.staff.typed import (
    Texts,
    received,
    typed_of,
    with_parts,
    with_row,
    without_blank_rows,
    without_row,
)
from portal.catalogue.staff.words import WINDOW_WORDS
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, staff

NEW_SERVICE = {"who": "person", "kind": "information", "rule": {"kind": "always"}}


@bp.route("/<word>/new", methods=["GET", "POST"])
@staff(EDIT)
def new(word: str) -> ResponseReturnValue:
    """An entry that is not there yet."""
    thing = entries.thing_of(word)
    start: Body = NEW_SERVICE if thing is Thing.SERVICE else {}
    return _edited(thing, None, start, 0)


@bp.route("/<word>/<key>/edit", methods=["GET", "POST"])
@staff(EDIT)
def edit(word: str, key: str) -> ResponseReturnValue:
    """An entry as its open draft has it, else as it is in force."""
    thing = entries.thing_of(word)
    return _edited(thing, key, *entries.opened(thing, key))


@bp.post("/explanation")
@staff(EDIT)
def explanation() -> ResponseReturnValue:
    """The rules of the form as they are typed, in words: asked by the script; keeps nothing."""
    form = EntryForm(Thing.SERVICE, "typed", with_parts(_received()), load_catalogue())
    form.gather()
    return render_template("portal/catalogue/explanation.html", **_explanation(form, None))


def _edited(thing: Thing, key: str | None, start: Body, newest: int) -> ResponseReturnValue:
    catalogue = load_catalogue()
    if request.method == "GET":
        form = EntryForm(thing, key, typed_of(start, thing, catalogue), catalogue)
        return _page(form, start, newest)
    do = request.form.get("do", "show")
    form = EntryForm(thing, key, _typed(do), catalogue)
    seen = newest if do == "replace" else request.form.get("seen", 0, int)
    if not form.read():
        return _page(form, start, seen)
    if do not in ("save", "replace"):
        if not do.startswith(("add:", "remove:")):
            _tried(form, start)
        return _page(form, start, seen)
    return _saved(form, start, seen)


def _saved(form: EntryForm, start: Body, seen: int) -> ResponseReturnValue:
    body, viewer = form.body(start), current_viewer()
    key, note = str(body["key"]), request.form.get("note_to", "")[:500]
    try:
        with transaction() as db:
            editing.draft(db, form.thing, key, body, by=viewer.id, note=note, seen=seen)
    except FaultyEntry as fault:
        form.blame(fault, body)
        return _page(form, start, seen)
    except editing.EditedMeanwhile as error:
        form.fields.form_errors.append(gettext(error.message))
        return _page(form, start, seen, clash=_clash(form.thing, key, body))
    flash(gettext("The draft is kept. Look at it, then propose it."), "success")
    word = entries.WORD_OF[form.thing]
    return redirect(url_for("catalogue_staff.entry", word=word, key=key), 303)


def _typed(do: str) -> Texts:
    typed = _received()
    if do.startswith("add:"):
        return with_parts(with_row(typed, do.removeprefix("add:")))
    if do.startswith("remove:"):
        return without_row(typed, do.removeprefix("remove:"))
    return with_parts(without_blank_rows(typed) if do in ("save", "replace") else typed)


def _received() -> Texts:
    return received(request.form.lists())


def _tried(form: EntryForm, start: Body) -> Service | None:
    """The service as it would be; its fault stands beside its field."""
    body = form.body(start)
    try:
        made = editing.trial(form.thing, str(body["key"]), body)
    except FaultyEntry as fault:
        form.blame(fault, body)
        return None
    return made.find(str(body["key"])) if form.thing is Thing.SERVICE else None


def _clash(thing: Thing, key: str, body: Body) -> list[Any]:
    newest = entries.history(thing, key)[0].body
    return changes(thing, newest, body, load_catalogue(), current_language())


def _page(form: EntryForm, start: Body, seen: int, clash: Any = None) -> ResponseReturnValue:
    word = entries.WORD_OF[form.thing]
    return render_template(
        "portal/catalogue/edit.html",
        word=word,
        entry_form=form,
        form=form.fields,
        layout=form.layout,
        start=start,
        seen=seen,
        clash=clash,
        note_to=request.form.get("note_to", ""),
        **(shared() | _explanation(form, _quietly(form, start))),
    )


def _quietly(form: EntryForm, start: Body) -> Service | None:
    """The service as typed, where it reads; its faults are told elsewhere."""
    if form.thing is not Thing.SERVICE or form.fields.errors:
        return None
    if not form.values and form.gather():
        return None
    body = form.body(start)
    key = str(body.get("key") or "")
    try:
        return editing.trial(form.thing, key, body).find(key) if key else None
    except FaultyEntry:
        return None


def _explanation(form: EntryForm, service: Service | None) -> dict[str, Any]:
    if form.thing is not Thing.SERVICE:
        return {"explained": [], "outcomes": {}, "findings": [], "sample": ""}
    language = current_language()
    if not form.values:
        form.gather()
    sample = request.form.get("sample", "")
    return {
        "explained": explain(form.body(), today(), language, _samples(sample)),
        "outcomes": {each.number: each for each in examples.run(service)} if service else {},
        "findings": lint_service(service, today()) if service else [],
        "sample": sample,
        "say_problem": say_problem,
        "say_range": lambda found: say_range(found, language),
        "window_words": WINDOW_WORDS,
    }


def _samples(text: str) -> list[date]:
    try:
        return read_days(text)
    except Unreadable:
        return []

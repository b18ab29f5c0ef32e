"""Staff pages: the form of an answer with its preview; everything works by round trip."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.knowledge import editing, store
from chatbot.knowledge.bodies import Body, KnowledgeError, entry_of
from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.models import OPEN, Thing
from chatbot.knowledge.staff import entries, previews
from chatbot.knowledge.staff.diffs import changes
from chatbot.knowledge.staff.forms import EntryForm, typed_of
from chatbot.knowledge.staff.list_views import bp, look_over
from chatbot.knowledge.staff.words import EDIT, shared
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.web.access import current_viewer, staff

REVIEW_AFTER = timedelta(days=365)


@bp.route("/new", methods=["GET", "POST"])
@staff(EDIT)
def new() -> ResponseReturnValue:
    """An answer that is not there yet."""
    day = today()
    start = {
        "kind": "faq",
        "desk": "general",
        "category": request.args.get("category", ""),
        "valid_from": day.isoformat(),
        "review_on": (day + REVIEW_AFTER).isoformat(),
        "texts": {"ja": {"question": request.args.get("question", "")[:120], "answer": ""}},
    }
    return _edited(None, start, 0)


@bp.route("/entries/<key>/edit", methods=["GET", "POST"])
@staff(EDIT)
def edit(key: str) -> ResponseReturnValue:
    """An answer as its open draft has it, else as it is in force."""
    past, body = entries.history(key), entries.current(key)
    draft = next((row for row in past if row.state in OPEN), None)
    last = next((row.body for row in past if row.body), None)
    shipped = store.shipped_bodies()[Thing.FAQ].get(key)
    start = (draft.body if draft else None) or body or last or shipped
    if start is None:
        raise NotFound()
    return _edited(key, start, past[0].number if past else 0)


def _edited(key: str | None, start: Body, newest: int) -> ResponseReturnValue:
    form = EntryForm(data=typed_of(start))
    if request.method == "GET":
        return _page(form, key, start, newest)
    do = request.form.get("do", "show")
    seen = newest if do == "replace" else request.form.get("seen", 0, int)
    if not form.validate():
        return _page(form, key, start, seen)
    body = form.body(key or form.key.data or f"faq_{new_id().hex[-10:]}", start)
    if do not in ("save", "replace"):
        return _page(form, key, start, seen, body=body)
    if key is None and (entries.current(body["key"]) or entries.history(body["key"])):
        form.key.errors = [gettext("There is an answer with this key already.")]
        return _page(form, key, start, seen)
    return _saved(form, key, start, body, seen)


def _saved(
    form: EntryForm, key: str | None, start: Body, body: dict[str, Any], seen: int
) -> ResponseReturnValue:
    viewer, note = current_viewer(), request.form.get("note_to", "")[:500]
    try:
        with transaction() as db:
            editing.draft(db, Thing.FAQ, body["key"], body, by=viewer.id, note=note, seen=seen)
    except KnowledgeError as fault:
        _blame(form, fault)
        return _page(form, key, start, seen)
    except editing.EditedMeanwhile as error:
        form.form_errors.append(gettext(error.message))
        newest = entries.history(body["key"])[0].body
        return _page(form, key, start, seen, body=body, clash=changes(newest, body))
    flash(gettext("The draft is kept. Look at it, then propose it."), "success")
    return redirect(url_for("answers_staff.entry", key=body["key"]), 303)


def _blame(form: EntryForm, fault: KnowledgeError) -> None:
    """Say a fault beside its field."""
    words = {
        "valid_to": gettext("This must come after the beginning."),
        "desk": gettext("This desk is gone."),
        "links": gettext("This place is gone."),
    }
    if fault.field in words and fault.field in form:
        form[fault.field].errors = [words[fault.field]]
    else:
        form.form_errors.append(gettext("Please check: %(problem)s", problem=str(fault)))


def _page(
    form: EntryForm,
    key: str | None,
    start: Body,
    seen: int,
    *,
    body: Body | None = None,
    clash: Any = None,
) -> ResponseReturnValue:
    shown = body or (start if key and request.method == "GET" else None)
    value = _readable(shown)
    language = request.form.get("shown_in", "ja")
    return render_template(
        "chatbot/knowledge/edit.html",
        form=form,
        key=key,
        start=start,
        seen=seen,
        clash=clash,
        written=WRITTEN,
        value=value,
        shown_in=language if value and language in value.texts else "ja",
        shapes=previews.of(value, language) if value else None,
        findings=look_over(value) if value else [],
        categories=entries.categories(),
        owners=entries.owners(),
        note_to=request.form.get("note_to", ""),
        **shared(),
    )


def _readable(body: Body | None) -> Any:
    try:
        if body is not None:
            editing.trial(Thing.FAQ, str(body["key"]), body)
            return entry_of(body)
    except KnowledgeError:
        pass
    return None

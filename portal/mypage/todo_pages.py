"""One to-do on its own page: state, reason, note, things to bring; and 手続き・助成 per person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import resident
from portal.core.web.forms import AtMost, trimmed
from portal.guide.desks import desk_words
from portal.guide.online import online_link
from portal.guide.services import way_online
from portal.mypage import notes, support
from portal.mypage.personal import Concerned, about_person
from portal.mypage.picking import pick_value
from portal.mypage.relatives import relatives_of
from portal.mypage.visits.plan import is_counter
from portal.residents.forms import Cautious
from portal.residents.pages import take_undo, viewer_id

bp = Blueprint("todo", __name__)
NOTE = 500  # characters


class NoteForm(Cautious):
    """A note in one's own words."""

    free_texts = ("note",)
    note = TextAreaField(
        lazy_gettext("Note"),
        [AtMost(NOTE)],
        [trimmed],
        description=lazy_gettext(
            "Only you see it. Please do not write illness, disability or a My Number."
        ),
    )


@bp.route("/todos/<uuid:person_id>/<key>")
@resident
def show(person_id: UUID, key: str) -> str:
    """The to-do."""
    _, occurrence, one = _found(person_id, key)
    note, packed = notes.note_on(viewer_id(), (person_id, key, occurrence))
    return _page(person_id, key, one, packed, NoteForm(formdata=None, data={"note": note}))


@bp.route("/todos/<uuid:person_id>/<key>/note", methods=["POST"])
@resident
def note(person_id: UUID, key: str) -> str | Response:
    """Keep the note."""
    _, occurrence, one = _found(person_id, key)
    form = NoteForm()
    if not form.valid():
        _, packed = notes.note_on(viewer_id(), (person_id, key, occurrence))
        return _page(person_id, key, one, packed, form)
    with transaction() as session:
        notes.write(session, viewer_id(), (person_id, key, occurrence), form.note.data)
    flash(gettext("Saved."), "success")
    return _back(person_id, key, occurrence)


@bp.route("/todos/<uuid:person_id>/<key>/packing", methods=["POST"])
@resident
def pack(person_id: UUID, key: str) -> Response:
    """Which things are ready."""
    _, occurrence, _ = _found(person_id, key)
    with transaction() as session:
        todo = (person_id, key, occurrence)
        notes.pack(session, viewer_id(), todo, request.form.getlist("thing"))
    flash(gettext("Saved."), "success")
    return _back(person_id, key, occurrence)


@bp.route("/my/support")
@resident
def support_page() -> str:
    """手続き・助成: what each person can do or get now or soon, what is hidden, who is paused."""
    return render_template(
        "portal/support.html",
        people=support.by_person(viewer_id(), today(), current_language()),
        undo=take_undo(),
    )


def _page(person_id: UUID, key: str, one: Concerned, packed: list[str], form: NoteForm) -> str:
    service, language = load_catalogue().service(key), current_language()
    return render_template(
        "portal/todo_page.html",
        service=service,
        item=one.shown,
        one=one,
        form=form,
        packed=packed,
        undo=take_undo(),
        **service_words(service, language),
        pick=pick_value(person_id, key, one.shown.occurrence) if is_counter(service) else "",
    )


def service_words(service: Service, language: str) -> dict[str, Any]:
    """What the catalogue says about a service, for its to-do."""
    return {
        "summary": service.summary.say(language),
        "service_note": service.note.say(language) if service.note else "",
        "bring": [(item.key, item.name.say(language)) for item in service.bring],
        "desk": desk_words(service.desk, today(), language),
        "online": online_link(service, language),
        "way": way_online(service),
        "cost": service.cost.say(language) if service.cost else "",
        "law": service.law if service.law != "-" else "",
    }


def _found(person_id: UUID, key: str) -> tuple[Service, str, Concerned]:
    """The to-do, if it concerns this person of the viewer's today."""
    service = load_catalogue().find(key)
    if service is None or service.sensitive:
        raise NotFound()
    occurrence = request.values.get("occurrence", "")
    family, day = relatives_of(viewer_id(), today()), today()
    one = about_person(service, family, str(person_id), occurrence, day, current_language())
    if one is None:
        raise NotFound()
    return service, occurrence, one


def _back(person_id: UUID, key: str, occurrence: str) -> Response:
    url = url_for("todo.show", person_id=person_id, key=key, occurrence=occurrence)
    return redirect(url, 303)

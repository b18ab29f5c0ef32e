"""Clerks' pages of items: list, add, change, hide, and what residents read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.garbage import acts
from chatbot.garbage.entries import Body, Entries, FaultyEntry, Thing, guide_of
from chatbot.garbage.files.taking import made_key
from chatbot.garbage.pages import said_kind
from chatbot.garbage.reading import look_key
from chatbot.garbage.staff.forms import ItemForm
from portal.console.paging import paged
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.web.access import current_viewer, staff

bp = Blueprint("garbage_staff", __name__, url_prefix="/staff/garbage")
SEE, EDIT = "knowledge.view", "knowledge.edit"
PAGE = 50


@bp.get("")
@staff(SEE)
def index() -> str:
    """Items, by words and class."""
    entries = _standing()
    words, kind = request.args.get("q", "").strip()[:60], request.args.get("kind", "")
    found = [(key, body) for key, body in entries[Thing.ITEM].items() if _fits(body, words, kind)]
    return render_template(
        "chatbot/garbage/staff/items.html",
        paged=paged(found, PAGE),
        asked={"q": words, "kind": kind},
        classes=class_names(entries),
        may_edit=current_viewer().may(EDIT),
    )


@bp.route("/items/new", methods=["GET", "POST"])
@staff(EDIT)
def new_item() -> ResponseReturnValue:
    """Add an item."""
    return _item(made_key("i", str(new_id())), None)


@bp.route("/items/<key>", methods=["GET", "POST"])
@staff(EDIT)
def item(key: str) -> ResponseReturnValue:
    """Change an item or hide it; below, what residents read."""
    body = _standing()[Thing.ITEM].get(key)
    if body is None:
        raise NotFound()
    return _item(key, body)


def _item(key: str, body: Body | None) -> ResponseReturnValue:
    entries, form = _standing(), ItemForm()
    form.class_key.choices = list(class_names(entries).items())
    if form.valid() and save(form, Thing.ITEM, key, form.body(body or {})):
        flash(gettext("Saved. Residents see it within seconds."), "success")
        return redirect(url_for(".item", key=key), 303)
    if request.method == "GET" and body:
        form.fill(body)
    return render_template(
        "chatbot/garbage/staff/item.html", form=form, body=body, key=key, shown=_shown(entries, key)
    )


def save(form: Any, thing: Thing, key: str, body: Body | None) -> bool:
    """Put an entry in force; a fault is shown on the form."""
    try:
        with transaction() as session:
            acts.edit(session, thing, key, body, current_viewer().id)
    except FaultyEntry as fault:
        form.form_errors.append(gettext("This can not be saved: %(fault)s", fault=str(fault)))
        return False
    return True


def class_names(entries: Entries) -> dict[str, str]:
    """Names of the classes by key."""
    return {key: body["name"]["ja"] for key, body in entries[Thing.CLASS].items()}


def _standing() -> Entries:
    with transaction() as session:
        return acts.standing(session)


def _fits(body: Body, words: str, kind: str) -> bool:
    if kind not in ("", body["class"]):
        return False
    texts = (body["name"], body.get("kana", ""), *body.get("aka", ()))
    return not words or any(look_key(words) in look_key(text) for text in texts)


def _shown(entries: Entries, key: str) -> dict[str, Any] | None:
    """What a resident reads of the item; None while it is new or hidden."""
    guide = guide_of(entries, "preview")
    found = guide.item(key)
    if found is None:
        return None
    return {
        "name": found.name,
        "note": found.note,
        "fee": found.fee,
        "kind": said_kind(guide.classes[found.class_key]),
    }

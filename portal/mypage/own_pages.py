"""Pages of a resident's own to-dos: write, change, done, remove, undo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.core.clock import today
from portal.core.db import transaction
from portal.core.web.access import came_from, resident
from portal.core.web.forms import AtMost, Required, trimmed
from portal.mypage import own
from portal.mypage.relatives import relatives_of
from portal.residents.fields import DayField
from portal.residents.forms import Cautious
from portal.residents.pages import offer_undo, viewer_id

bp = Blueprint("own_todos", __name__)
TITLE, NOTE = 60, 500  # characters
FURTHEST = timedelta(days=3 * 366)


def check_day(day: date) -> None:
    """A day that is not years away; past ones are kept, so that an old to-do can be changed."""
    if not today() - FURTHEST <= day <= today() + FURTHEST:
        raise ValidationError(gettext("Please check the year."))


class OwnForm(Cautious):
    """A to-do in one's own words."""

    free_texts = ("title", "note")
    title = StringField(lazy_gettext("What is to be done"), [Required(), AtMost(TITLE)], [trimmed])
    day = DayField(lazy_gettext("Until when"), required=False, check=check_day)
    person = SelectField(lazy_gettext("For whom"), default="")
    note = TextAreaField(
        lazy_gettext("Note"),
        [AtMost(NOTE)],
        [trimmed],
        description=lazy_gettext(
            "Only you see it. Please do not write illness, disability or a My Number."
        ),
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        people = [each for each in relatives_of(viewer_id(), today()) if not each.person.silenced]
        self.person.choices = [
            SelectChoice("", gettext("Nobody in particular")),
            *(SelectChoice(each.ref, each.name) for each in people),
        ]

    @property
    def words(self) -> own.Words:
        """What was typed."""
        return own.Words(
            title=self.title.data or "",
            note=self.note.data or None,
            due_on=self.day.data,
            person_id=UUID(self.person.data) if self.person.data else None,
        )


@bp.route("/my/todos/new", methods=["GET", "POST"])
@resident
def new() -> str | Response:
    """Write a to-do."""
    form = OwnForm(data={"person": request.args.get("person", "")})
    if not form.valid():
        return render_template("portal/own_form.html", form=form, todo=None)
    with transaction() as session:
        own.add(session, viewer_id(), form.words)
    flash(gettext("Saved."), "success")
    return redirect(url_for("mypage.home"), 303)


@bp.route("/my/todos/<uuid:todo_id>", methods=["GET", "POST"])
@resident
def edit(todo_id: UUID) -> str | Response:
    """Write it anew."""
    found = own.own_todo(viewer_id(), todo_id)
    values = {"title": found.title, "note": found.note, "day": found.due_on}
    form = OwnForm(data=values | {"person": str(found.person_id or "")})
    if not form.valid():
        return render_template("portal/own_form.html", form=form, todo=found)
    with transaction() as session:
        own.change(session, viewer_id(), todo_id, form.words)
    flash(gettext("Saved."), "success")
    return redirect(url_for("mypage.home"), 303)


@bp.route("/my/todos/<uuid:todo_id>/completion", methods=["POST"])
@resident
def finish(todo_id: UUID) -> Response:
    """It is done."""
    with transaction() as session:
        own.finish(session, viewer_id(), todo_id)
    flash(gettext("Well done."), "success")
    return _back(todo_id)


@bp.route("/my/todos/<uuid:todo_id>/removal", methods=["POST"])
@resident
def remove(todo_id: UUID) -> Response:
    """Take it away."""
    with transaction() as session:
        own.remove(session, viewer_id(), todo_id)
    flash(gettext("Removed. You can bring it back for 7 days."), "success")
    return _back(todo_id)


@bp.route("/my/todos/<uuid:todo_id>/undo", methods=["POST"])
@resident
def undo(todo_id: UUID) -> Response:
    """Open again."""
    with transaction() as session:
        own.bring_back(session, viewer_id(), todo_id)
    flash(gettext("It is back as it was."), "success")
    return redirect(_target(), 303)


def _back(todo_id: UUID) -> Response:
    offer_undo(url_for("own_todos.undo", todo_id=todo_id))
    return redirect(_target(), 303)


def _target() -> str:
    return came_from(url_for("mypage.home"))

"""Residents' page of reminders: whether, by which way, and the evening before garbage day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.reminders import wishing
from notifications.reminders.wishing import Wishes
from portal.core.db import read, transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, resident
from portal.core.web.forms import Form
from portal.residents.models import Person

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
WAYS = [
    SelectChoice("line", lazy_gettext("By LINE, or by e-mail where LINE does not reach me")),
    SelectChoice("mail", lazy_gettext("By e-mail")),
    SelectChoice("inbox", lazy_gettext("Only in the inbox here")),
    SelectChoice("off", lazy_gettext("No reminders")),
]


class RemindersForm(Form):
    """How reminders come."""

    todos = RadioField(
        lazy_gettext("When something can be done, or ends soon"),
        choices=WAYS,
        default="line",
        description=lazy_gettext(
            "One message a day at most. It says how many things there are, not what they are."
        ),
    )
    garbage = SelectField(
        lazy_gettext("The evening before garbage day"),
        description=lazy_gettext("Choose where you put out your garbage."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.garbage.choices = [
            SelectChoice("", gettext("I do not want it")),
            *(
                SelectChoice(each.place, each.name.get(language) or each.name["ja"])
                for each in wishing.places()
            ),
        ]

    def wishes(self) -> Wishes:
        """What was chosen."""
        return Wishes(self.todos.data, self.garbage.data or None)


@bp.route("", methods=["GET", "POST"])
@resident
def choices() -> Response | str | tuple[str, int]:
    """Look at it and change it."""
    with transaction() as session:
        kept = wishing.wishes_of(session, _me())
    asked = request.args.get("place", "")  # from a district's page of the garbage guide
    form = RemindersForm(data={"todos": kept.todos, "garbage": kept.garbage or asked})
    if not form.valid():
        page = render_template("notifications/reminders/choices.html", form=form, home=_home())
        return (page, 422) if form.errors else page
    with transaction() as session:
        wishing.wish(session, _me(), form.wishes())
    flash(gettext("Saved."), "success")
    return redirect(url_for("reminders.choices"), 303)


def _home() -> str | None:
    """Places of the resident's own district, as a hint beside the choice."""
    own = Person.__table__.c
    district = read().execute(
        own.district.table.select()
        .with_only_columns(own.district)
        .where(own.resident_id == _me(), own.relation == "self")
    )
    key, language = district.scalar(), current_language()
    near = [each for each in wishing.places() if key and each.district == key]
    return ", ".join(each.name.get(language) or each.name["ja"] for each in near) or None


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the route is for signed-in residents)
    return found

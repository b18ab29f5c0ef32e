"""Residents' page of choices, and “less of this” on a notice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.care import choosing
from notifications.care.choosing import CHOOSABLE, Choices, NoMail
from notifications.inbox import reading
from notifications.inbox.pages import bp
from notifications.languages import WRITTEN
from notifications.notices.drafts import TOPICS
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, resident
from portal.core.web.forms import Form
from portal.residents.pages import offer_undo


class ChoicesForm(Form):
    """Topics wanted by each channel, the weekly mail, the language."""

    line = SelectMultipleField(lazy_gettext("Tell me by LINE about"))
    mail = SelectMultipleField(lazy_gettext("Tell me by e-mail about"))
    digest = BooleanField(
        lazy_gettext("Send me one e-mail a week instead"),
        description=lazy_gettext("On Mondays, with the titles of the week's notices."),
    )
    language = RadioField(lazy_gettext("Language of notices"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = [SelectChoice(topic, gettext(TOPICS[topic])) for topic in CHOOSABLE]
        self.line.choices = self.mail.choices = topics
        self.language.choices = [
            SelectChoice("", gettext("The language of my account")),
            *(SelectChoice(code, name) for code, name in WRITTEN.items()),
        ]

    def choices(self) -> Choices:
        """What was ticked."""
        wanted = {"line": self.line.data or [], "mail": self.mail.data or []}
        stops = {(t, one) for one, topics in wanted.items() for t in CHOOSABLE if t not in topics}
        return Choices(frozenset(stops), bool(self.digest.data), self.language.data or None)


@bp.route("/choices", methods=["GET", "POST"])
@resident
def choices() -> Response | str | tuple[str, int]:
    """How notices come to this resident."""
    with transaction() as session:
        kept = choosing.choices_of(session, _me())
    form = ChoicesForm(data=_ticked(kept))
    if not form.valid():
        return _page(form)
    try:
        with transaction() as session:
            choosing.choose(session, _me(), form.choices())
    except NoMail as fault:
        form.digest.errors = [gettext(fault.message)]
        return _page(form)
    flash(gettext("Saved."), "success")
    return redirect(url_for("inbox.choices"), 303)


@bp.route("/<uuid:notice_id>/less", methods=["POST"])
@resident
def less(notice_id: UUID) -> Response:
    """The notice's topic comes to the inbox only, from now on; can be taken back."""
    item = reading.one_of(_me(), notice_id)
    if item is None or item.topic not in CHOOSABLE:
        raise NotFound()
    with transaction() as session:
        off = choosing.less(session, _me(), item.topic, notice_id)
    offer_undo(url_for("inbox.more", notice_id=notice_id), channels=" ".join(off))
    topic = gettext(TOPICS[item.topic])
    flash(gettext("“%(topic)s” now comes to this inbox only.", topic=topic), "success")
    return redirect(url_for("inbox.notice", notice_id=notice_id), 303)


@bp.route("/<uuid:notice_id>/more", methods=["POST"])
@resident
def more(notice_id: UUID) -> Response:
    """Take “less of this” back."""
    item = reading.one_of(_me(), notice_id)
    if item is None:
        raise NotFound()
    channels = {"line", "mail"} & set(request.form.get("channels", "").split())
    with transaction() as session:
        choosing.more(session, _me(), item.topic, sorted(channels))
    flash(gettext("It comes as before."), "success")
    return redirect(url_for("inbox.notice", notice_id=notice_id), 303)


def _ticked(kept: Choices) -> dict[str, Any]:
    wanted = {
        channel: [topic for topic in CHOOSABLE if (topic, channel) not in kept.stops]
        for channel in ("line", "mail")
    }
    return wanted | {"digest": kept.digest, "language": kept.language or ""}


def _page(form: ChoicesForm) -> str | tuple[str, int]:
    page = render_template("notifications/choices.html", form=form)
    return (page, 422) if form.errors else page


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the route is for signed-in residents)
    return found

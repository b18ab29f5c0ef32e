"""Clerks' page of reminders: what the last nights found and sent, and services switched off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.notices.charts import of_nights
from notifications.notices.forms import EmptyForm
from notifications.notices.reading import clerks
from notifications.notices.views import REASONS, me
from notifications.reminders import reading, switching
from notifications.reminders.finding import WHY
from notifications.reminders.models import EVERY_SERVICE
from notifications.segments.city import askable_services
from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.i18n import current_language
from portal.core.web.access import staff
from portal.core.web.forms import Form, Required

bp = Blueprint("reminder_nights", __name__, url_prefix="/staff/reminders")


class SwitchForm(Form):
    """A service to be silent about."""

    service = SelectField(lazy_gettext("Service"), [Required()])

    def offer(self, off: set[str]) -> None:
        """Everything that is still on; nothing is chosen by itself."""
        language = current_language()
        self.service.choices = [
            SelectChoice("", gettext("Please choose")),
            SelectChoice(EVERY_SERVICE, gettext("All reminders")),
            *(
                SelectChoice(each.key, each.title.say(language))
                for each in askable_services(today())
                if each.key not in off
            ),
        ]


@bp.route("")
@staff("notices.view")
def index() -> str:
    """The last nights."""
    return _page(SwitchForm(formdata=None))


@bp.route("/off", methods=["POST"])
@staff("notices.approve")
def off() -> Response | tuple[str, int]:
    """A service's reminders end."""
    form = SwitchForm()
    form.offer(set())
    if not form.valid():
        return _page(form), 422
    with transaction() as session:
        switching.switch_off(session, form.service.data, me())
    flash(gettext("Switched off. Nobody is reminded of it from the next night on."), "success")
    return _back()


@bp.route("/<service>/on", methods=["POST"])
@staff("notices.approve")
def on(service: str) -> Response:
    """They begin again."""
    if not EmptyForm().valid():
        raise Conflict()
    with transaction() as session:
        switching.switch_on(session, service)
    flash(gettext("Switched on again, from the next night on."), "success")
    return _back()


def _page(form: SwitchForm) -> str:
    switched = reading.switched_off()
    form.offer(set(switched))
    language = current_language()
    titles = {key: _title(key, language) for key in switched}
    nights = reading.nights()
    return render_template(
        "notifications/reminders/nights.html",
        nights=nights,
        drawn=of_nights(nights),
        switched=switched,
        titles=titles,
        names=clerks({by for by, _ in switched.values()}),
        form=form,
        why=WHY,
        reasons=REASONS,
    )


def _title(key: str, language: str) -> str:
    if key == EVERY_SERVICE:
        return str(gettext("All reminders"))
    service = load_catalogue().find(key)
    return service.title.say(language) if service else key


def _back() -> Response:
    return redirect(url_for("reminder_nights.index"), 303)

"""Staff's pages of incidents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional

from portal.core.clock import in_tokyo, now
from portal.core.db import transaction
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.operations.incidents import keeping, rules, words
from portal.operations.incidents.keeping import TooEarly
from portal.operations.watching.forms import MomentField
from portal.operations.watching.pages import fault_words
from portal.operations.watching.records import Alert

bp = Blueprint("incidents", __name__, url_prefix="/staff/incidents")
SEE, MANAGE = "operations.view", "operations.manage"
SHOWN = timedelta(days=400)


def _choices(said: dict[str, str]) -> Any:
    return [SelectChoice(key, gettext(name)) for key, name in said.items()]


class IncidentForm(Form):
    """A new incident."""

    title = StringField(_("What is wrong"), [Required(), AtMost(120)], filters=[trimmed])
    scope = TextAreaField(
        _("What does not work, and for whom"),
        [Required(), AtMost(2_000)],
        filters=[trimmed],
        description=_("Please write nothing about single residents."),
    )
    cause = SelectField(_("Cause"))
    detected_at = MomentField(_("Detected at"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.cause.choices = _choices(words.CAUSE_WORDS)


class StepForm(Form):
    """A further step."""

    kind = SelectField(_("Step"))
    at = MomentField(_("Done at"))
    until = MomentField(_("Agreed time of restoring"))
    words = TextAreaField(
        _("What was told or done"), [Required(), AtMost(4_000)], filters=[trimmed]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind.choices = _choices(words.STEP_WORDS)
        if self.kind.data != rules.AGREED:
            self.until.validators = [Optional()]


@bp.get("")
@staff(SEE)
def index() -> str:
    """Incidents of a year and what is due."""
    with transaction() as session:
        found = keeping.between(session, now() - SHOWN, now() + SHOWN)
    return render_template("portal/operations/incidents.html", found=found, words=words)


@bp.route("/new", methods=["GET", "POST"])
@staff(MANAGE)
def new() -> ResponseReturnValue:
    """Write one down; an alert fills it in."""
    alert = _alert()
    form = IncidentForm(data=_filled(alert))
    if form.valid():
        by = current_viewer().id
        try:
            with transaction() as session:
                made = keeping.open_incident(
                    session, by=by, alert_id=alert.id if alert else None, **_values(form)
                )
        except TooEarly as error:
            form.detected_at.errors = [gettext(error.message)]
        else:
            flash(
                gettext("The incident is written down. Please tell the city hall now."), "success"
            )
            return redirect(url_for("incidents.show", incident_id=made.id), 303)
    return render_template("portal/operations/incident_form.html", form=form)


def _values(form: IncidentForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("title", "scope", "cause", "detected_at")}


def _alert() -> Alert | None:
    try:
        wanted = UUID(request.args.get("alert", ""))
    except ValueError:
        return None
    with transaction() as session:
        return session.get(Alert, wanted)


def _filled(alert: Alert | None) -> dict[str, Any]:
    if alert is None:
        return {"detected_at": in_tokyo(now())}
    return {"title": fault_words(alert.fault), "detected_at": in_tokyo(alert.opened_at)}


@bp.route("/<uuid:incident_id>", methods=["GET", "POST"])
@staff(MANAGE)
def show(incident_id: UUID) -> ResponseReturnValue:
    """One incident, its deadlines, its steps, and a form for the next."""
    form = StepForm(data={"at": in_tokyo(now())})
    if form.valid() and _added(form, incident_id):
        flash(gettext("The step is written down."), "success")
        return redirect(url_for("incidents.show", incident_id=incident_id), 303)
    with transaction() as session:
        found = keeping.told(session, incident_id)
        alert = session.get(Alert, found.incident.alert_id) if found.incident.alert_id else None
    return render_template(
        "portal/operations/incident.html",
        found=found,
        form=form,
        words=words,
        alert=alert,
        fault_words=fault_words,
    )


def _added(form: StepForm, incident_id: UUID) -> bool:
    until = form.until.data if form.kind.data == rules.AGREED else None
    said = str(form.words.data)
    try:
        with transaction() as session:
            keeping.add_step(
                session,
                incident_id,
                str(form.kind.data),
                at=form.at.data or now(),
                words=said,
                by=current_viewer().id,
                until=until,
            )
    except TooEarly as error:
        form.at.errors = [gettext(error.message)]
        return False
    return True

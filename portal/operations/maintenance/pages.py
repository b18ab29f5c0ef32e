"""Staff's page of planned stops."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import IntegerField, TextAreaField, ValidationError
from wtforms.validators import NumberRange, Optional

from portal.core import audit
from portal.core.clock import now
from portal.core.db import after_commit, transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.operations.maintenance import banner
from portal.operations.maintenance.records import PlannedStop
from portal.operations.watching.forms import MomentField

bp = Blueprint("maintenance", __name__, url_prefix="/staff/maintenance")
SEE, MANAGE = "operations.view", "operations.manage"
DAYS_AHEAD = 7


class StopForm(Form):
    """A planned stop."""

    starts_at = MomentField(_("Begins at"))
    ends_at = MomentField(_("Ends at"))
    days = IntegerField(_("Shown to residents so many days before"), [NumberRange(0, 60)])
    words_ja = TextAreaField(_("Words in Japanese"), [Required(), AtMost(300)], filters=[trimmed])
    words_en = TextAreaField(_("Words in English"), [Optional(), AtMost(400)], filters=[trimmed])

    def validate_ends_at(self, field: Any) -> None:
        """After the beginning."""
        if self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(gettext("The end must be after the beginning."))

    def validate_starts_at(self, field: Any) -> None:
        """A stop that has begun is no planned one: availability would be painted over."""
        if field.data < now():
            raise ValidationError(gettext("A planned stop must be announced before it begins."))


@bp.route("", methods=["GET", "POST"])
@staff(MANAGE)
def index() -> ResponseReturnValue:
    """All stops, and a form for the next."""
    form = StopForm(data={"days": DAYS_AHEAD})
    begins = form.starts_at.data
    if form.valid() and begins:
        with transaction() as session:
            made = PlannedStop(
                starts_at=begins,
                ends_at=form.ends_at.data,
                announced_from=begins - timedelta(days=form.days.data or 0),
                words_ja=form.words_ja.data or "",
                words_en=form.words_en.data or "",
                created_by=current_viewer().id,
            )
            session.add(made)
            session.flush()
            audit.record(session, "maintenance.planned", ("planned_stop", made.id))
            after_commit(session, banner.forget)
        flash(gettext("The stop is planned. Residents are told in time."), "success")
        return redirect(url_for("maintenance.index"), 303)
    with transaction() as session:
        chosen = select(PlannedStop).order_by(PlannedStop.starts_at.desc()).limit(100)
        found = list(session.scalars(chosen))
    return render_template("portal/operations/maintenance.html", form=form, found=found, now=now())


@bp.post("/<uuid:stop_id>/cancellation")
@staff(MANAGE)
def cancel(stop_id: UUID) -> ResponseReturnValue:
    """It does not take place; what has begun is ended now instead."""
    with transaction() as session:
        stop = session.get(PlannedStop, stop_id)
        if stop is None or stop.cancelled_at or stop.ends_at <= now():
            raise NotFound()
        begun = stop.starts_at <= now()
        if begun:
            stop.ends_at = now()
        else:
            stop.cancelled_at = now()
        audit.record(
            session, "maintenance.ended" if begun else "maintenance.cancelled",
            ("planned_stop", stop_id),
        )  # fmt: skip
        after_commit(session, banner.forget)
    flash(gettext("It is done."), "success")
    return redirect(url_for("maintenance.index"), 303)

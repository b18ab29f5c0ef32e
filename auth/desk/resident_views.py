"""Residents' pages of the desk: the counter number, the printed list, stopping a recovery."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import flows, limits, linking, methods, recovery_stops, setting_up, signing_in
from auth.desk import lists, numbers
from auth.desk.forms import ActivationForm
from auth.errors import FlowOver
from auth.forms import EmptyForm
from auth.limits import Limit
from auth.steps import Step
from auth.views import bp, here
from auth.ways import opens
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import Conflict
from portal.core.web.access import current_viewer, public, resident

NUMBERS = Limit(10, timedelta(hours=1))


@bp.route("/sign-in/desk", methods=["GET", "POST"])
@public()
def desk() -> ResponseReturnValue:
    """What the desk can do, what to bring, and the number by which it finds the account."""
    form, number = EmptyForm(), None
    with transaction() as db:
        account = _account(db)
        if form.valid() and account is not None:
            limits.count(db, f"account:{account}", NUMBERS, "counter_number")
            number = numbers.give(db, account)
            audit.record(db, "counter_number.given", ("resident", account))
    return render_template(
        "auth/desk/desk.html",
        form=form,
        number=number,
        known=account is not None,
        minutes=numbers.LIVES.seconds // 60,
    )


@bp.route("/sign-in/set-up/desk-list", methods=["GET", "POST"])
@public()
def set_up_desk_list() -> ResponseReturnValue:
    """A new resident with a list from the desk: its number and its first code."""
    form = ActivationForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "sign_in")
        if signing_in.step_of(db, flow) is not Step.SET_UP:
            raise FlowOver()
        right = form.valid() and setting_up.answer_list(
            db, flow, form.activation.data or "", form.code.data or "", here.network()
        )
    if right:
        here.stepped_up(flow)
        return here.go_on()
    if form.is_submitted() and not form.errors:
        form.code.errors = [gettext("These numbers do not belong together, or the list is over.")]
    return render_template("auth/desk/set_up_desk_list.html", form=form)


@bp.post("/account/desk-list/remove")
@resident
def remove_desk_list() -> ResponseReturnValue:
    """The list is lost or not wanted any more."""
    wait = here.fresh_or(url_for("auth.security"))
    if wait is not None:
        return wait
    with transaction() as db:
        account = here.subject()
        if not opens(methods.ways_of(db, account)):
            raise Conflict("Set up another second step first: without it you could not sign in.")
        if lists.remove(db, account):
            audit.record(db, "desk_list.removed", ("resident", account))
            linking.tell(db, account, "desk_list_removed")
    flash(gettext("It is changed. We have sent a message about it."), "success")
    return redirect(url_for("auth.security"), 303)


@bp.route("/sign-in/stop/<uuid:case_id>/<proof>", methods=["GET", "POST"])
@public()
def stop_recovery(case_id: UUID, proof: str) -> ResponseReturnValue:
    """ "This was not me". A tap, not the link alone: mail scanners follow links."""
    form = EmptyForm()
    with transaction() as db:
        case = recovery_stops.find(db, case_id, proof)
        done = case.done_at is not None
        if form.valid():
            recovery_stops.stop(db, case, "link")
            return redirect(url_for("auth.recovery_stopped"), 303)
    return render_template("auth/desk/stop.html", form=form, done=done)


@bp.get("/sign-in/stopped")
@public()
def recovery_stopped() -> ResponseReturnValue:
    """It is stopped; what comes next."""
    return render_template("auth/desk/stopped.html")


def _account(db: Session) -> UUID | None:
    """Whose number it would be: who is signed in, or has proven the first step here."""
    viewer = current_viewer()
    if viewer.signed_in:
        return viewer.id
    try:
        flow = flows.look(db, here.flow_id(), "sign_in", "recovery")
    except FlowOver:
        return None
    return flow.account_id if flow.first_proven else None

"""The second step, at a sign-in and before a change that matters."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import flows, methods, signing_in
from auth.addresses import masked
from auth.challenges import Outcome
from auth.desk.forms import ListCodeForm
from auth.devices import here as this_device
from auth.errors import FlowOver
from auth.flows import Flow
from auth.forms import CodeForm, EmptyForm, RecoveryForm
from auth.passkeys import browser
from auth.views import bp, here
from auth.views.sign_in import mark
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import current_viewer, public

SENT = frozenset({"email", "line"})


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@public()
def second_step() -> ResponseReturnValue:
    """Choose among the ways this account has; the sent ones begin here."""
    form = EmptyForm()
    with transaction() as db:
        flow = _flow(db)
        choices = signing_in.second_steps(db, flow)
        if not browser.works_here():  # never first where it can not be used
            choices.sort(key=lambda one: one == "passkey")
        found = methods.of(db, flow.account_id).addresses if flow.account_id else None
        if form.valid():
            method = request.form.get("method", "")
            if method not in SENT or method not in choices:
                raise NotFound()
            signing_in.send_second(db, flow, method, here.network())
            return redirect(url_for("auth.second_step_code", method=method), 303)
    return render_template(
        "auth/second_step.html",
        form=form,
        choices=choices,
        email=masked(found.email) if found and found.email else None,
        step_up=flow.purpose != "sign_in",
    )


@bp.route("/sign-in/second-step/<any(email,line,totp):method>", methods=["GET", "POST"])
@public()
def second_step_code(method: str) -> ResponseReturnValue:
    """A code of six digits: mailed, in the LINE talk, or from the app."""
    form = CodeForm()
    if form.valid() and _answer(form, method):
        return proven()
    with transaction() as db:
        flow = _flow(db)
        if method not in signing_in.second_steps(db, flow):
            raise NotFound()
    return render_template(
        "auth/second_step_code.html",
        form=form,
        again=EmptyForm(),
        method=method,
        step_up=flow.purpose != "sign_in",
    )


@bp.route("/sign-in/second-step/recovery", methods=["GET", "POST"])
@public()
def second_step_recovery() -> ResponseReturnValue:
    """A code from the paper."""
    form = RecoveryForm()
    if form.valid() and _answer(form, "recovery"):
        return proven()
    with transaction() as db:
        flow = _flow(db)
        if "recovery" not in signing_in.second_steps(db, flow):
            raise NotFound()
    return render_template(
        "auth/second_step_recovery.html", form=form, step_up=flow.purpose != "sign_in"
    )


@bp.route("/sign-in/second-step/desk-list", methods=["GET", "POST"])
@public()
def second_step_list() -> ResponseReturnValue:
    """The code of the printed list that is asked for now."""
    form = ListCodeForm()
    if form.valid() and _answer(form, "desk_list"):
        return proven()
    with transaction() as db:
        flow = _flow(db)
        if "desk_list" not in signing_in.second_steps(db, flow) or flow.account_id is None:
            raise NotFound()
        asked = methods.of(db, flow.account_id).list_asks
    return render_template(
        "auth/desk/second_step_list.html",
        form=form,
        asked=asked,
        step_up=flow.purpose != "sign_in",
    )


def _answer(form: CodeForm | RecoveryForm | ListCodeForm, method: str) -> bool:
    with transaction() as db:
        flow = _flow(db)
        outcome = signing_in.answer_second(db, flow, method, form.code.data or "")
        if outcome is Outcome.RIGHT and flow.purpose == "sign_in":
            here.stepped_up(flow)
    if outcome is Outcome.RIGHT:
        return True
    if isinstance(form, CodeForm):
        mark(form, outcome, app=method not in SENT)
    else:
        form.code.errors = [gettext("This code is not right, or it was used before.")]
    return False


def proven() -> ResponseReturnValue:
    """Go on with the sign-in, or back to the change that wanted fresh proof."""
    with transaction() as db:
        flow = _flow(db)
        if flow.purpose == "step_up":
            signing_in.prove_again(db, flow)
    if flow.purpose == "merge":  # who is signed in stays signed in: the other account joins
        return redirect(url_for("auth.merge_on"), 303)
    if flow.purpose == "sign_in":
        this_device.wish()
        return here.go_on()
    here.refresh(flow)
    return redirect(flow.next or url_for("auth.security"), 303)


def _flow(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "sign_in", "step_up", "merge")
    if flow.purpose == "merge" and flow.for_account != current_viewer().id:
        raise FlowOver()
    if flow.purpose == "step_up" and flow.account_id != current_viewer().id:
        raise FlowOver()
    if flow.purpose != "step_up" and (flow.account_id is None or not flow.first_proven):
        raise FlowOver()
    return flow

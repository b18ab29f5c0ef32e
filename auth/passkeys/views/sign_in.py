"""Signing in with a passkey: alone, as the second step, or set up with a new account."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth import flows, signing_in
from auth.errors import FlowOver
from auth.flows import Flow
from auth.passkeys import acts, browser, ceremonies, records, steps
from auth.passkeys.forms import AnswerForm
from auth.passkeys.records import Owner
from auth.steps import Step
from auth.views import bp, here
from auth.views.second_step import proven
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public


@bp.post("/sign-in/passkey/options")
@public()
def passkey_options() -> ResponseReturnValue:
    """A challenge for whoever comes: the same for everybody, no account is named."""
    with transaction() as db:
        begun = ceremonies.begin_using(db, "resident", "sign_in", None, [])
    return browser.told(begun)


@bp.post("/sign-in/passkey")
@public()
def passkey() -> ResponseReturnValue:
    """Both steps at once. No code is involved, so no lock of codes stands in the way."""
    form = AnswerForm()
    with browser.judging() as reasons:
        row = browser.taken("sign_in", None)
        with transaction() as db:
            owner = acts.prove(db, row, form.credential.data or "", None)
            flow = flows.begin(db, "sign_in", next=here.asked_next(), language=current_language())
            steps.alone(db, flow, owner)
    if reasons:
        return redirect(url_for("auth.sign_in", next=here.asked_next()), 303)
    here.stepped_up(flow)
    return here.go_on()


@bp.post("/sign-in/second-step/passkey/options")
@public()
def second_passkey_options() -> ResponseReturnValue:
    """A challenge for the passkeys of the account whose first step is done."""
    with transaction() as db:
        flow = _asked_for_second(db)
        mine = records.of(db, steps.owner_of(flow))
        begun = ceremonies.begin_using(db, "resident", "second", flow.id, mine)
    return browser.told(begun)


@bp.post("/sign-in/second-step/passkey")
@public()
def second_passkey() -> ResponseReturnValue:
    """The second step, or the fresh proof, by a passkey of this very account."""
    form = AnswerForm()
    with transaction() as db:
        flow_id = _asked_for_second(db).id
    with browser.judging() as reasons:
        row = browser.taken("second", flow_id)
        with transaction() as db:
            flow = _asked_for_second(db)
            owner = acts.prove(db, row, form.credential.data or "", steps.owner_of(flow))
            steps.second(db, flow, owner)
    if reasons:
        return redirect(url_for("auth.second_step"), 303)
    if flow.purpose == "sign_in":
        here.stepped_up(flow)
    return proven()


@bp.post("/sign-in/set-up/passkey/options")
@public()
def set_up_passkey_options() -> ResponseReturnValue:
    """Options for the passkey of an account that is not there yet."""
    with transaction() as db:
        flow = _setting_up(db)
        mine = acts.present(db, Owner("flow", flow.id))
        who = flow.email or "LINE"
        begun = ceremonies.begin_making(db, "resident", "set_up", flow.id, who, mine)
    return browser.told(begun)


@bp.post("/sign-in/set-up/passkey")
@public()
def set_up_passkey() -> ResponseReturnValue:
    """The passkey waits with the flow; only an account that comes of it gets it."""
    form = AnswerForm()
    with transaction() as db:
        flow_id = _setting_up(db).id
    with browser.judging() as reasons:
        row = browser.taken("set_up", flow_id)
        with transaction() as db:
            flow = _setting_up(db)
            device = browser.device()
            answer = form.credential.data or ""
            acts.make(db, row, answer, Owner("flow", flow.id), name=device, device=device)
            steps.set_up(db, flow)
    if reasons:
        return redirect(url_for("auth.set_up"), 303)
    here.stepped_up(flow)
    return here.go_on()


def _asked_for_second(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "sign_in", "step_up", "merge")
    if flow.purpose == "merge" and flow.for_account != current_viewer().id:
        raise FlowOver()
    if flow.purpose == "step_up" and flow.account_id != current_viewer().id:
        raise FlowOver()
    steps.owner_of(flow)
    return flow


def _setting_up(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "sign_in")
    if signing_in.step_of(db, flow) is not Step.SET_UP:
        raise FlowOver()
    return flow

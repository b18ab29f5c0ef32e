"""First registration: the second step is set up, the terms are agreed, the account is made."""

from __future__ import annotations

from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from auth import authenticators, flows, guardians, setting_up, signing_in
from auth.challenges import Outcome
from auth.consents import TERMS_VERSION
from auth.errors import FlowOver, Taken
from auth.flows import Flow
from auth.forms import ChildTermsForm, CodeForm, EmailForm, EmptyForm, TermsForm
from auth.pictures import qr_code
from auth.steps import Step
from auth.views import bp, here
from auth.views.sign_in import mark
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import public


@bp.get("/sign-in/set-up")
@public()
def set_up() -> ResponseReturnValue:
    """Which second step shall it be."""
    with transaction() as db:
        flow = _flow(db)
    return render_template("auth/set_up.html", form=EmptyForm(), first=flow.first)


@bp.route("/sign-in/set-up/email", methods=["GET", "POST"])
@public()
def set_up_email() -> ResponseReturnValue:
    """A LINE user gives a mail address."""
    form = EmailForm()
    with transaction() as db:
        flow = _flow(db)
        if form.valid():
            setting_up.send_email_code(db, flow, form.email.data or "", here.network())
            return redirect(url_for("auth.set_up_email_code"), 303)
    return render_template("auth/set_up_email.html", form=form)


@bp.route("/sign-in/set-up/email/code", methods=["GET", "POST"])
@public()
def set_up_email_code() -> ResponseReturnValue:
    """The code mailed to it."""
    form = CodeForm()
    with transaction() as db:
        flow = _flow(db)
        outcome = (
            setting_up.answer_email_code(db, flow, form.code.data or "") if form.valid() else None
        )
    if outcome is Outcome.TAKEN:
        raise Taken("This mail address is already registered. Please sign in with it.")
    if outcome is Outcome.RIGHT:
        here.stepped_up(flow)
        return here.go_on()
    if outcome is not None:
        mark(form, outcome)
    return render_template(
        "auth/set_up_code.html", form=form, again=EmptyForm(), sent_to=flow.email
    )


@bp.route("/sign-in/set-up/app", methods=["GET", "POST"])
@public()
def set_up_app() -> ResponseReturnValue:
    """An authenticator app reads the secret and shows its first code."""
    form = CodeForm()
    outcome = None
    with transaction() as db:
        flow = _flow(db)
        secret = setting_up.secret_of(db, flow)
        if form.valid():
            outcome = setting_up.answer_totp(db, flow, form.code.data or "")
    if outcome is Outcome.RIGHT:
        here.stepped_up(flow)
        return here.go_on()
    if outcome is not None:
        mark(form, outcome, app=True)
    return render_template(
        "auth/set_up_app.html", form=form, **app_secret(secret, flow.email or "LINE")
    )


@bp.route("/sign-in/terms", methods=["GET", "POST"])
@public()
def terms() -> ResponseReturnValue:
    """The terms; agreeing makes the account, if it is the first time."""
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "sign_in")
        if signing_in.step_of(db, flow) is not Step.TERMS:
            raise FlowOver()
        new = flow.account_id is None
        child = flow.account_id is not None and guardians.is_missing(db, flow.account_id)
        form = ChildTermsForm() if child else TermsForm()
        if not form.valid():
            return render_template("auth/terms.html", form=form, new=new, version=TERMS_VERSION)
        if flow.account_id is not None and isinstance(form, ChildTermsForm):
            guardians.state(db, flow.account_id, form.relation.data, current_language())
        made = signing_in.finish(db, flow, current_language(), agreed=True)
    here.enter(made)
    if new:
        session["after_codes"] = here.welcome_url()
    return redirect(url_for("auth.recovery_codes") if new else flow.next or here.HOME, 303)


def app_secret(secret: str, account: str) -> dict[str, object]:
    """What the page about an app shows: a picture, an address to tap, the secret to type."""
    city = current_app.extensions["mado.settings"].CITY_NAME
    address = authenticators.address_for_app(secret, account, city)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return {"picture": qr_code(address), "address": address, "secret": spaced}


def _flow(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "sign_in")
    if signing_in.step_of(db, flow) is not Step.SET_UP:
        raise FlowOver()
    return flow

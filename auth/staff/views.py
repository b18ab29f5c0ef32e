"""Pages where clerks sign in, on the staff host only."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from auth import flows
from auth.challenges import Outcome
from auth.forms import CodeForm, EmailForm, EmptyForm
from auth.passkeys import records as passkeys
from auth.passkeys.records import Owner
from auth.staff import enrolment, entry, signing_in, ways
from auth.staff.entry import HOME
from auth.views import here
from auth.views.sign_in import mark
from portal.core import audit
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public, staff

bp = Blueprint("auth_staff", __name__)


@bp.route("/staff/sign-in", methods=["GET", "POST"])
@public("staff")
def sign_in() -> ResponseReturnValue:
    """The mail address; the answer is the same whether a clerk has it or not."""
    if current_viewer().signed_in:
        return redirect(here.asked_next() or HOME, 303)
    form = EmailForm(next=here.asked_next())
    if not form.valid():
        page = render_template("auth/staff/sign_in.html", form=form, ways=ways.ways())
        return ways.allow_forms_to(make_response(page))
    with transaction() as db:
        flow = flows.begin(db, "staff", next=here.asked_next(), language=current_language())
        signing_in.send_first(db, flow, form.email.data or "", here.network())
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth_staff.code"), 303)


@bp.route("/staff/sign-in/code", methods=["GET", "POST"])
@public("staff")
def code() -> ResponseReturnValue:
    """The code from the mail."""
    form = CodeForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "staff")
        if form.valid():
            outcome = signing_in.answer_first(db, flow, form.code.data or "")
            if outcome is Outcome.RIGHT:
                here.stepped_up(flow)
            else:
                mark(form, outcome)
    if flow.first_proven:
        return redirect(url_for("auth_staff.app_code"), 303)
    return render_template("auth/staff/code.html", form=form, again=EmptyForm(), sent_to=flow.email)


@bp.post("/staff/sign-in/again")
@public("staff")
def again() -> ResponseReturnValue:
    """Send a new code in place of the last one."""
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "staff")
        signing_in.send_again(db, flow, here.network())
    return redirect(url_for("auth_staff.code"), 303)


@bp.route("/staff/sign-in/app", methods=["GET", "POST"])
@public("staff")
def app_code() -> ResponseReturnValue:
    """The code of the authenticator app."""
    form = CodeForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "staff")
        account = signing_in.account_of(db, flow)
        keys = passkeys.count(db, Owner("staff", account.id))
        outcome = signing_in.answer_app(db, flow, form.code.data or "") if form.valid() else None
    if outcome is Outcome.RIGHT:
        return entry.go_on(flow)
    if outcome is not None:
        mark(form, outcome, app=True)
    page = "app" if account.totp_secret or keys else "no_second"
    has_app = account.totp_secret is not None
    return render_template(f"auth/staff/{page}.html", form=form, has_app=has_app, passkeys=keys)


@bp.route("/staff/prove", methods=["GET", "POST"])
@staff()
def prove() -> ResponseReturnValue:
    """Once more the second step, before something that matters."""
    form = CodeForm()
    with transaction() as db:
        flow = flows.locked(db, here.flow_id(), "step_up")
        account = entry.account(db)
        keys = passkeys.count(db, Owner("staff", account.id))
        outcome = None
        if form.valid():
            outcome = enrolment.prove_by_app(db, flow, account, form.code.data or "")
    if outcome is Outcome.RIGHT:
        return entry.proven(flow, "totp")
    if outcome is not None:
        mark(form, outcome, app=True)
    has_app = account.totp_secret is not None
    page = render_template(
        "auth/staff/prove.html",
        form=form,
        has_app=has_app,
        passkeys=keys,
        ways=ways.proving(account.id),
    )
    return ways.allow_forms_to(make_response(page))


@bp.post("/staff/sign-out")
@staff()
def sign_out() -> ResponseReturnValue:
    """End this session."""
    with transaction() as db:
        audit.record(db, "session.ended", ("staff", current_viewer().id), by="owner")
    here.server_session().sign_out()
    return redirect(url_for("auth_staff.sign_in"), 303)

"""The security page: ways to sign in, sessions, recovery codes; changes want fresh proof."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import device_sessions, flows, linking, methods
from auth.addresses import masked
from auth.challenges import Outcome
from auth.devices import cookie
from auth.errors import FlowOver, Taken
from auth.flows import Flow
from auth.forms import CodeForm, EmailForm, EmptyForm
from auth.security_parts import PARTS
from auth.views import bp, here
from auth.views.line import to_line
from auth.views.set_up import app_secret
from auth.views.sign_in import mark
from portal.core import audit
from portal.core.db import transaction
from portal.core.i18n import current_language
from portal.core.web.access import resident


@bp.get("/account/security")
@resident
def security() -> ResponseReturnValue:
    """How one signs in, and where one is signed in."""
    with transaction() as db:
        found = methods.of(db, here.subject())
    return render_template(
        "auth/security.html",
        methods=found,
        email=masked(found.addresses.email) if found.addresses.email else None,
        sessions=device_sessions.of(here.subject(), here.server_session().token),
        parts=[(part.template, part.values(here.subject())) for part in PARTS],
    )


@bp.route("/account/email", methods=["GET", "POST"])
@resident
def change_email() -> ResponseReturnValue:
    """A new mail address, or the first one."""
    wait = here.fresh_or(url_for("auth.change_email"))
    if wait is not None:
        return wait
    form = EmailForm()
    if not form.valid():
        return render_template("auth/change_email.html", form=form)
    with transaction() as db:
        flow = _begin(db, "email")
        linking.send_change_code(db, flow, form.email.data or "", here.network())
    session[here.FLOW] = str(flow.id)
    return redirect(url_for("auth.change_email_code"), 303)


@bp.route("/account/email/code", methods=["GET", "POST"])
@resident
def change_email_code() -> ResponseReturnValue:
    """The code mailed to the new address."""
    form = CodeForm()
    outcome = None
    with transaction() as db:
        flow = _mine(db, "email")
        if form.valid():
            outcome = linking.answer_change_code(db, flow, form.code.data or "")
    if outcome is Outcome.TAKEN:
        raise Taken("This mail address is already registered. Please sign in with it.")
    if outcome is Outcome.RIGHT:
        device_sessions.end_others(here.subject(), here.server_session().token, cookie.shown())
        return _settled()
    if outcome is not None:
        mark(form, outcome)
    return render_template(
        "auth/change_email_code.html", form=form, again=EmptyForm(), sent_to=flow.email
    )


@bp.route("/account/authenticator", methods=["GET", "POST"])
@resident
def add_app() -> ResponseReturnValue:
    """A further authenticator app."""
    wait = here.fresh_or(url_for("auth.add_app"))
    if wait is not None:
        return wait
    form = CodeForm()
    outcome = None
    with transaction() as db:
        try:
            flow = _mine(db, "app")
        except FlowOver:
            flow = _begin(db, "app")
        secret = linking.offer_app(db, flow)
        if form.valid():
            outcome = linking.answer_app(db, flow, form.code.data or "")
        account = methods.of(db, here.subject()).addresses.email or "LINE"
    session[here.FLOW] = str(flow.id)
    if outcome is Outcome.RIGHT:
        return _settled()
    if outcome is not None:
        mark(form, outcome, app=True)
    return render_template("auth/add_app.html", form=form, **app_secret(secret, account))


@bp.post("/account/line")
@resident
def connect_line() -> ResponseReturnValue:
    """Connect LINE, or another LINE account, by signing in to it now."""
    wait = here.fresh_or(url_for("auth.security"))
    if wait is not None:
        return wait
    with transaction() as db:
        flow = _begin(db, "line")
        audit.record(db, "identity.change_begun", ("resident", here.subject()), issuer="line")
    return to_line(flow, restart=False, link=True)


@bp.get("/account/recovery-codes")
@resident
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes, until their owner has written them down."""
    codes = here.kept_codes()
    if not codes:
        return redirect(url_for("auth.security"), 303)
    return render_template("auth/recovery_codes.html", codes=codes, form=EmptyForm())


@bp.post("/account/recovery-codes")
@resident
def make_recovery_codes() -> ResponseReturnValue:
    """Ten new codes; the old paper is worth nothing from now on."""
    wait = here.fresh_or(url_for("auth.security"))
    if wait is not None:
        return wait
    with transaction() as db:
        codes = linking.new_recovery_codes(db, here.subject())
    here.keep_codes(codes)
    return redirect(url_for("auth.recovery_codes"), 303)


@bp.post("/account/recovery-codes/kept")
@resident
def kept_recovery_codes() -> ResponseReturnValue:
    """The codes are written down: they are never shown again."""
    with transaction() as db:
        audit.record(db, "recovery_codes.kept", ("resident", here.subject()))
    session.pop(here.CODES, None)
    return redirect(session.pop("after_codes", None) or url_for("auth.security"), 303)


@bp.post("/account/sessions/<session_id>/end")
@resident
def end_session(session_id: str) -> ResponseReturnValue:
    """Sign out one other device."""
    device_sessions.end(here.subject(), session_id)
    return redirect(url_for("auth.security"), 303)


@bp.post("/account/sessions/end-others")
@resident
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    device_sessions.end_others(here.subject(), here.server_session().token, cookie.shown())
    return redirect(url_for("auth.security"), 303)


def _settled() -> ResponseReturnValue:
    session.pop(here.FLOW, None)
    flash(gettext("It is changed. We have sent a message about it."), "success")
    return redirect(url_for("auth.security"), 303)


def _begin(db: Session, purpose: str) -> Flow:
    return flows.begin(db, purpose, account_id=here.subject(), language=current_language())


def _mine(db: Session, purpose: str) -> Flow:
    flow = flows.locked(db, here.flow_id(), purpose)
    if flow.account_id != here.subject():
        raise FlowOver()
    return flow

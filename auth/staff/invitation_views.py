"""Where an invited clerk sets up a second step. Opening the link uses nothing up."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import flows
from auth.challenges import Outcome
from auth.errors import FlowOver
from auth.forms import CodeForm, EmptyForm
from auth.staff import enrolment, invitations, ways
from auth.staff.accounts import StaffAccount
from auth.staff.views import bp
from auth.views import here
from auth.views.set_up import app_secret
from auth.views.sign_in import mark
from portal.core.db import transaction
from portal.core.web.access import public

INVITATION = "staff_invitation"


@bp.get("/staff/invitation/<token>")
@public("staff")
def invitation_link(token: str) -> ResponseReturnValue:
    """Mail scanners open links, so this only looks; the token goes out of the address."""
    if not invitations.known(token):
        raise FlowOver()
    here.server_session().sign_out()
    session[INVITATION] = token
    response = redirect(url_for("auth_staff.invitation"), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/staff/invitation")
@public("staff")
def invitation() -> ResponseReturnValue:
    """Which way to sign in shall be set up."""
    invited_here()
    page = render_template("auth/staff/invitation.html", form=EmptyForm(), ways=ways.ways())
    return ways.allow_forms_to(make_response(page))


@bp.route("/staff/invitation/app", methods=["GET", "POST"])
@public("staff")
def invitation_app() -> ResponseReturnValue:
    """An authenticator app reads the secret and shows its first code."""
    (token, staff_id), form, outcome = invited_here(), CodeForm(), None
    with transaction() as db:
        if here.flow_id() is None:
            session[here.FLOW] = str(enrolment.begin(db, staff_id).id)
        flow = flows.locked(db, here.flow_id(), "app")
        if form.valid():
            outcome = enrolment.set_up_app(db, flow, token, form.code.data or "")
        email = db.get_one(StaffAccount, flow.account_id).email
    if outcome is Outcome.RIGHT:
        here.server_session().sign_out()
        flash(gettext("The app is set up. Please sign in with it now."), "success")
        return redirect(url_for("auth_staff.sign_in"), 303)
    if outcome is not None:
        mark(form, outcome, app=True)
    return render_template(
        "auth/staff/invitation_app.html", form=form, **app_secret(flow.totp or "", email)
    )


def invited_here() -> tuple[str, UUID]:
    """The invitation this browser came with, and whom it is for; raises FlowOver."""
    token = str(session.get(INVITATION, ""))
    staff_id = invitations.account_of(token)
    if staff_id is None:
        raise FlowOver()
    return token, staff_id

"""An invited clerk sets up a passkey instead of an app."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth.passkeys import acts, browser, ceremonies
from auth.passkeys.forms import AnswerForm
from auth.passkeys.records import Owner
from auth.staff import enrolment, invitations
from auth.staff.invitation_views import invited_here
from auth.staff.views import bp
from auth.views import here
from portal.core import audit
from portal.core.db import transaction
from portal.core.web.access import public


@bp.post("/staff/invitation/passkey/options")
@public("staff")
def invitation_passkey_options() -> ResponseReturnValue:
    """Options for the passkey of a clerk who has no second step."""
    _, staff_id = invited_here()
    with transaction() as db:
        who = enrolment.invited(db, staff_id).email
        begun = ceremonies.begin_making(db, "staff", "invitation", staff_id, who, [])
    return browser.told(begun)


@bp.post("/staff/invitation/passkey")
@public("staff")
def invitation_passkey() -> ResponseReturnValue:
    """The passkey is the clerk's second step, the invitation is used up."""
    form = AnswerForm()
    token, staff_id = invited_here()
    with browser.judging() as reasons:
        row = browser.taken("invitation", staff_id)
        with transaction() as db:
            enrolment.invited(db, staff_id)
            answer, device, me = form.credential.data or "", browser.device(), ("staff", staff_id)
            acts.make(db, row, answer, Owner("staff", staff_id), name=device, device=device)
            invitations.take(db, token)
            audit.record(db, "staff.second_set_up", me, actor=me, method="passkey")
    if reasons:
        return redirect(url_for("auth_staff.invitation"), 303)
    here.server_session().sign_out()
    flash(gettext("The passkey is set up. Please sign in with it now."), "success")
    return redirect(url_for("auth_staff.sign_in"), 303)

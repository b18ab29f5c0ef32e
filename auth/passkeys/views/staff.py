"""A clerk's passkeys: the second step, the fresh proof, and the page where they are kept."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import flows
from auth.flows import Flow
from auth.forms import EmptyForm
from auth.passkeys import acts, browser, ceremonies, records, steps
from auth.passkeys.forms import AnswerForm, NameForm, NewPasskeyForm
from auth.passkeys.records import Owner
from auth.staff import entry, signing_in
from auth.staff.views import bp
from auth.views import here
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.web.access import current_viewer, public, staff


@bp.post("/staff/sign-in/passkey/options")
@public("staff")
def passkey_options() -> ResponseReturnValue:
    """A challenge for the passkeys of the clerk whose first step is done."""
    with transaction() as db:
        flow = _asked(db, "staff")
        mine = records.of(db, steps.owner_of(flow, "staff"))
        begun = ceremonies.begin_using(db, "staff", "second", flow.id, mine)
    return browser.told(begun)


@bp.post("/staff/sign-in/passkey")
@public("staff")
def passkey() -> ResponseReturnValue:
    """The second step by a passkey of this very clerk."""
    flow = _proven_flow("staff")
    return entry.go_on(flow) if flow else redirect(url_for("auth_staff.app_code"), 303)


@bp.post("/staff/prove/passkey/options")
@staff()
def prove_options() -> ResponseReturnValue:
    """A challenge to prove it once more."""
    with transaction() as db:
        flow = _asked(db, "step_up")
        mine = records.of(db, _me())
        begun = ceremonies.begin_using(db, "staff", "second", flow.id, mine)
    return browser.told(begun)


@bp.post("/staff/prove/passkey")
@staff()
def prove_by_passkey() -> ResponseReturnValue:
    """The fresh proof by a passkey."""
    flow = _proven_flow("step_up")
    if flow is None:
        return redirect(url_for("auth_staff.prove"), 303)
    return entry.proven(flow, "passkey")


@bp.get("/staff/account")
@staff()
def account() -> ResponseReturnValue:
    """How this clerk signs in."""
    with transaction() as db:
        found = records.of(db, _me())
        has_app = bool(entry.account(db).totp_secret)
    return render_template(
        "auth/passkeys/staff_account.html", passkeys=found, has_app=has_app, form=EmptyForm()
    )


@bp.route("/staff/account/passkeys/new", methods=["GET", "POST"])
@staff()
def new_passkey() -> ResponseReturnValue:
    """One more passkey."""
    wait = entry.fresh_or(url_for("auth_staff.new_passkey"))
    if wait is not None:
        return wait
    form = NewPasskeyForm()
    if not form.valid():
        return render_template("auth/passkeys/staff_new.html", form=form)
    with browser.judging() as reasons:
        row = browser.taken("add", entry.clerk())
        device = browser.device()
        with transaction() as db:
            answer, name = form.credential.data or "", form.name.data or device
            acts.make(db, row, answer, _me(), name=name, device=device)
    if reasons:
        return redirect(url_for("auth_staff.new_passkey"), 303)
    flash(gettext("The passkey is added. From now on you can sign in with it."), "success")
    return redirect(url_for("auth_staff.account"), 303)


@bp.post("/staff/account/passkeys/options")
@staff()
def new_passkey_options() -> ResponseReturnValue:
    """Options for one more."""
    if not current_viewer().fresh:
        raise Forbidden()
    with transaction() as db:
        mine = acts.present(db, _me())
        who = entry.account(db).email
        begun = ceremonies.begin_making(db, "staff", "add", entry.clerk(), who, mine)
    return browser.told(begun)


@bp.route("/staff/account/passkeys/<uuid:passkey_id>", methods=["GET", "POST"])
@staff()
def change_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Another name, or away with it."""
    form = NameForm()
    with transaction() as db:
        passkey = records.find(db, _me(), passkey_id)
        if passkey is None:
            raise NotFound()
        if form.valid():
            acts.rename(db, _me(), passkey_id, form.name.data or "")
            return redirect(url_for("auth_staff.account"), 303)
    if request.method == "GET":
        form.name.data = passkey.name
    return render_template("auth/passkeys/staff_change.html", form=form, passkey=passkey)


@bp.post("/staff/account/passkeys/<uuid:passkey_id>/removal")
@staff()
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove it, with fresh proof."""
    wait = entry.fresh_or(url_for("auth_staff.change_passkey", passkey_id=passkey_id))
    if wait is not None:
        return wait
    with transaction() as db:
        acts.remove(db, _me(), passkey_id)
    flash(gettext("The passkey is removed. Please delete it in your device too."), "success")
    return redirect(url_for("auth_staff.account"), 303)


def _asked(db: Session, purpose: str) -> Flow:
    """The flow that waits for a second step of an account that may still sign in."""
    flow = flows.locked(db, here.flow_id(), purpose)
    steps.owner_of(flow, "staff")
    if purpose == "staff":
        signing_in.account_of(db, flow)
    elif flow.account_id != entry.account(db).id:
        raise NotFound()
    return flow


def _proven_flow(purpose: str) -> Flow | None:
    """The flow after a right answer; None when it was refused, which is noted and said."""
    form = AnswerForm()
    with transaction() as db:
        flow_id = _asked(db, purpose).id
    with browser.judging() as reasons:
        row = browser.taken("second", flow_id)
        with transaction() as db:
            flow = _asked(db, purpose)
            owner = acts.prove(db, row, form.credential.data or "", steps.owner_of(flow, "staff"))
            steps.second(db, flow, owner)
            if purpose == "step_up":
                flow.finished_at = now()
                audit.record(
                    db, "sign_in.proven_again", ("staff", flow.account_id), method="passkey"
                )
    return None if reasons else flow


def _me() -> Owner:
    return Owner("staff", entry.clerk())

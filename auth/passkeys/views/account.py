"""A resident's own passkeys: the offer, a new one, another name, removal."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import methods
from auth.passkeys import acts, browser, ceremonies, records
from auth.passkeys.forms import NameForm, NewPasskeyForm
from auth.passkeys.records import Owner
from auth.views import bp, here
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.web.access import current_viewer, resident, safe_next


@bp.get("/account/passkeys/offer")
@resident
def passkey_offer() -> ResponseReturnValue:
    """After a sign-in: a passkey, or later."""
    onward = safe_next(request.args.get("next"), here.HOME)
    return render_template("auth/passkeys/offer.html", form=NewPasskeyForm(), onward=onward)


@bp.route("/account/passkeys/new", methods=["GET", "POST"])
@resident
def new_passkey() -> ResponseReturnValue:
    """What a passkey is, and one more."""
    onward = safe_next(request.values.get("next"), "") or None
    wait = here.fresh_or(url_for("auth.new_passkey", next=onward))
    if wait is not None:
        return wait
    form = NewPasskeyForm()
    if not form.valid():
        return render_template("auth/passkeys/new.html", form=form, onward=onward)
    with browser.judging() as reasons:
        row = browser.taken("add", here.subject())
        device = browser.device()
        with transaction() as db:
            answer, name = form.credential.data or "", form.name.data or device
            acts.make(db, row, answer, _me(), name=name, device=device)
    if reasons:
        return redirect(url_for("auth.new_passkey", next=onward), 303)
    flash(gettext("The passkey is added. From now on you can sign in with it."), "success")
    return redirect(onward or url_for("auth.security"), 303)


@bp.post("/account/passkeys/options")
@resident
def new_passkey_options() -> ResponseReturnValue:
    """Options for one more."""
    if not current_viewer().fresh:
        raise Forbidden()
    with transaction() as db:
        mine = acts.present(db, _me())
        who = methods.of(db, here.subject()).addresses.email or "LINE"
        begun = ceremonies.begin_making(db, "resident", "add", here.subject(), who, mine)
    return browser.told(begun)


@bp.route("/account/passkeys/<uuid:passkey_id>", methods=["GET", "POST"])
@resident
def change_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Another name, or away with it."""
    form = NameForm()
    with transaction() as db:
        passkey = records.find(db, _me(), passkey_id)
        if passkey is None:
            raise NotFound()
        if form.valid():
            acts.rename(db, _me(), passkey_id, form.name.data or "")
            return redirect(url_for("auth.security"), 303)
    if request.method == "GET":
        form.name.data = passkey.name
    return render_template("auth/passkeys/change.html", form=form, passkey=passkey)


@bp.post("/account/passkeys/<uuid:passkey_id>/removal")
@resident
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove it, with fresh proof."""
    wait = here.fresh_or(url_for("auth.change_passkey", passkey_id=passkey_id))
    if wait is not None:
        return wait
    with transaction() as db:
        acts.remove(db, _me(), passkey_id)
    flash(gettext("The passkey is removed. Please delete it in your device too."), "success")
    return redirect(url_for("auth.security"), 303)


def _me() -> Owner:
    return Owner("resident", here.subject())

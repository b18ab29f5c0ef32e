"""Linking and unlinking: a page that says what will change, then the change, then a receipt."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from auth import address_undos, device_sessions, flows, linking, methods
from auth.addresses import masked
from auth.devices import cookie
from auth.errors import FlowOver
from auth.flows import Flow
from auth.forms import EmptyForm
from auth.views import bp, here
from auth.ways import Way, keeps
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import public, resident

REMOVABLE = {"line": Way.LINE, "email": Way.EMAIL}


@bp.route("/account/line/confirm", methods=["GET", "POST"])
@resident
def confirm_line() -> ResponseReturnValue:
    """Both accounts by name; only this yes links them (attack 23: nobody links by a mere link)."""
    wait = here.fresh_or(url_for("auth.confirm_line"))
    if wait is not None:
        return wait
    form = EmptyForm()
    with transaction() as db:
        flow = _proposed(db)
        found = methods.of(db, here.subject()).addresses
        if form.valid():
            linking.connect_line(db, flow)
    if form.is_submitted() and not form.errors:
        return _changed()
    return render_template(
        "auth/linking/confirm_line.html",
        form=form,
        line_name=flow.line_name,
        email=masked(found.email) if found.email else None,
        replaces=found.line is not None and found.line != flow.line,
    )


@bp.route("/account/ways/<way>/removal", methods=["GET", "POST"])
@resident
def remove_way(way: str) -> ResponseReturnValue:
    """What will be different without this way in; then it goes."""
    if way not in REMOVABLE:
        raise NotFound()
    wait = here.fresh_or(url_for("auth.remove_way", way=way))
    if wait is not None:
        return wait
    form = EmptyForm()
    with transaction() as db:
        if form.valid():
            linking.remove(db, here.subject(), REMOVABLE[way])
        else:
            return _rehearsal(db, way, form)
    return _changed()


def _rehearsal(db: Session, way: str, form: EmptyForm) -> str:
    me = here.subject()
    found = methods.of(db, me).addresses
    return render_template(
        "auth/linking/removal.html",
        form=form,
        way=way,
        refusal=linking.refusal(db, me, REMOVABLE[way]),
        keeps=keeps(methods.ways_of(db, me), REMOVABLE[way]),
        seconds=[one for one in methods.of(db, me).seconds(None) if one not in REMOVABLE],
        email=masked(found.email) if found.email else None,
    )


@bp.route("/account/address-undo/<secret>", methods=["GET", "POST"])
@public()
def undo_address(secret: str) -> ResponseReturnValue:
    """The link of the mail to an old address. Looking changes nothing: mail programs look too."""
    form = EmptyForm()
    with transaction() as db:
        old = masked(address_undos.look(db, secret).old)
        if form.valid():
            linking.put_back_address(db, secret)
    if form.is_submitted() and not form.errors:
        here.server_session().sign_out()
        return redirect(url_for("auth.address_put_back"), 303)
    return render_template("auth/linking/undo_address.html", form=form, old=old)


@bp.get("/account/address-put-back")
@public()
def address_put_back() -> ResponseReturnValue:
    """It is done; what to do now."""
    return render_template("auth/linking/address_put_back.html")


def _proposed(db: Session) -> Flow:
    flow = flows.locked(db, here.flow_id(), "line")
    if flow.account_id != here.subject():
        raise FlowOver()
    linking.proposed_line(flow)
    return flow


def _changed() -> ResponseReturnValue:
    """Who was signed in elsewhere signs in again, by the ways there are now."""
    device_sessions.end_others(here.subject(), here.server_session().token, cookie.shown())
    session.pop(here.FLOW, None)
    flash(gettext("It is changed. We have sent a message about it."), "success")
    return redirect(url_for("auth.security"), 303)

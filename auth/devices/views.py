"""Devices on the security page, "this was not me", proving the second step, staying signed in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import endings
from auth.devices import here as this_device
from auth.devices import knowing, telling
from auth.forms import EmptyForm
from auth.views import bp, here
from portal.core import audit
from portal.core.db import transaction
from portal.core.web.access import current_viewer, public, resident


@bp.get("/account/proof")
@resident
def prove() -> ResponseReturnValue:
    """The second step, for who came in by a remembered device and now wants more than to look.

    `fresh`: also for who passed it a while ago.
    """
    target = here.asked_next() or here.HOME
    if not current_viewer().one_step and "fresh" not in request.args:
        return redirect(target, 303)
    return here.fresh_or(target) or redirect(target, 303)


@bp.post("/account/session")
@resident
def stay() -> dict[str, int]:
    """Stay signed in: asking is enough. How many seconds are left, and left at most."""
    left, at_most = here.server_session().seconds_left()
    return {"left": left, "at_most": at_most}


@bp.post("/account/devices/here")
@resident
def remember_device() -> ResponseReturnValue:
    """Remember the browser one sits at, after fresh proof."""
    wait = here.fresh_or(url_for("auth.security"))
    if wait is not None:
        return wait
    this_device.remember(here.subject())
    flash(gettext("This device is remembered for 30 days."), "success")
    return redirect(url_for("auth.security"), 303)


@bp.post("/account/devices/<uuid:device_id>/end")
@resident
def forget_device(device_id: UUID) -> ResponseReturnValue:
    """Forget one device."""
    with transaction() as db:
        knowing.forget(db, here.subject(), device_id)
    flash(gettext("The device is forgotten."), "success")
    return redirect(url_for("auth.security"), 303)


@bp.post("/account/devices/end-all")
@resident
def forget_devices() -> ResponseReturnValue:
    """Forget them all."""
    with transaction() as db:
        knowing.forget_all(db, here.subject())
    flash(gettext("All devices are forgotten."), "success")
    return redirect(url_for("auth.security"), 303)


@bp.get(f"{telling.PATH}/<token>")
@public()
def not_me(token: str) -> ResponseReturnValue:
    """Behind the link of a mail: a page with a button, since mail scanners open every link.

    The token is not looked up here, so the page is the same for every one.
    """
    page = make_response(render_template("auth/devices/not_me.html", token=token[:100]))
    page.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return page


@bp.post(telling.PATH)
@public(audited=False)  # an unknown or used link changes nothing and leaves no entry
def end_everything() -> ResponseReturnValue:
    """ "This was not me": nobody is signed in any more, anywhere; both steps are asked anew."""
    with transaction() as db:
        resident_id = telling.take(db, request.form.get("token", "")[:100])
        if resident_id is not None:
            count = endings.everywhere(db, resident_id)
            who = ("resident", resident_id)
            audit.record(db, "account.not_me", who, actor=who, sessions=count)
    if resident_id is not None and resident_id == here.server_session().subject_id:
        here.server_session().sign_out()
    return redirect(url_for("auth.everything_ended"), 303)


@bp.get(f"{telling.PATH}/done")
@public()
def everything_ended() -> ResponseReturnValue:
    """What to do now; the same page whether the link was good or not."""
    next_page = url_for("auth.security")
    return render_template("auth/devices/ended.html", next=next_page, form=EmptyForm())

"""Leaving: what will be deleted, here and elsewhere; the last yes; the way back."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth import leaving, methods
from auth.forms import EmptyForm, LeaveForm
from auth.provider import connections
from auth.views import bp, here
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.web.access import public, resident
from portal.privacy.archive import told
from portal.residents.reading import family_of


@bp.route("/account/leave", methods=["GET", "POST"])
@resident
def leave() -> ResponseReturnValue:
    """The rehearsal; then the account is closed."""
    wait = here.fresh_or(url_for("auth.leave"))
    if wait is not None:
        return wait
    form = LeaveForm()
    with transaction() as db:
        if form.valid():
            leaving.leave(db, here.subject())
        else:
            return render_template(
                "auth/leaving/leave.html",
                form=form,
                people=[one.name for one in family_of(here.subject(), today())],
                tools=connections.of(db, here.subject()),
                parts=[(one.label, len(one.rows)) for one in told(db, here.subject()) if one.rows],
                addresses=methods.of(db, here.subject()).addresses,
                days=leaving.KEPT_FOR.days,
            )
    here.server_session().sign_out()
    return redirect(url_for("auth.gone"), 303)


@bp.get("/account/gone")
@public()
def gone() -> ResponseReturnValue:
    """Goodbye."""
    return render_template("auth/leaving/gone.html", days=leaving.KEPT_FOR.days)


@bp.route("/account/return/<secret>", methods=["GET", "POST"])
@public()
def come_back(secret: str) -> ResponseReturnValue:
    """The link of the receipt. Looking changes nothing."""
    form = EmptyForm()
    with transaction() as db:
        leaving.look(db, secret)
        if form.valid():
            leaving.come_back(db, secret)
        else:
            return render_template("auth/leaving/come_back.html", form=form)
    return redirect(url_for("auth.sign_in"), 303)

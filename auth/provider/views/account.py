"""The resident's page of connected tools."""

from __future__ import annotations

from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth.provider import connections, ending
from auth.provider.views.blueprint import bp
from auth.views import here
from portal.core.db import transaction
from portal.core.web.access import proven_resident, resident


@bp.get("/account/services")
@resident
def services() -> ResponseReturnValue:
    """Which tools are connected, what each received and when."""
    with transaction() as db:
        found = connections.of(db, here.subject())
    return render_template("auth/provider/services.html", connections=found)


@bp.post("/account/services/<uuid:client_id>/end")
@resident
def disconnect(client_id: UUID) -> ResponseReturnValue:
    """Cut the connection; the tool can get nothing any more."""
    with transaction() as db:
        ending.disconnect(db, here.subject(), client_id)
    flash(gettext("The service is disconnected."), "success")
    return redirect(url_for("provider.services"), 303)


@bp.get("/account/services/consents.csv")
@proven_resident
def consents_csv() -> ResponseReturnValue:
    """Every consent ever given, to keep."""
    with transaction() as db:
        response = make_response(connections.ledger(db, here.subject()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="consents.csv"'
    return response

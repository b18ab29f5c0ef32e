"""Registers the configured issuers, their pages and what is said when one refuses."""

from __future__ import annotations

from flask import Flask, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from auth.card import offers
from auth.card import views as card_views
from auth.federation import client, config
from auth.federation.answers import FederationAnswer
from auth.federation.errors import ElsewhereBegun, IssuerAway, IssuerRefused
from auth.staff import oidc_views
from portal.core import audit
from portal.core.db import transaction
from portal.core.web.access import current_viewer

RECORDS = (FederationAnswer,)
VIEWS = (card_views, oidc_views)  # importing them fills the blueprints
SAID = {"card_unknown", "card_too_young", "other_account", "no_account"}
STOPPED = {"access_denied", "user_cancelled"}


def register(app: Flask) -> None:
    """Clients, buttons and error pages; SettingsError lists every fault of the issuers."""
    client.install(app, config.load(app.extensions["mado.settings"]))
    offers.install(app)
    oidc_views.install(app)
    app.register_error_handler(IssuerRefused, _problem)
    app.register_error_handler(IssuerAway, _problem)


def _problem(error: IssuerRefused | IssuerAway) -> Response:
    reason = error.reason if isinstance(error, IssuerRefused) else "away"
    with transaction() as session:  # the one it happened in is gone
        name = (request.view_args or {}).get("name")
        audit.record(
            session,
            "sign_in.issuer_refused",
            endpoint=request.endpoint,
            reason=reason,
            issuer=name,
        )
    page = render_template(
        "auth/federation/problem.html", kind=_kind(error, reason), again=_again()
    )
    return make_response(page, 503 if reason == "away" else 400)


def _kind(error: IssuerRefused | IssuerAway, reason: str) -> str:
    if isinstance(error, ElsewhereBegun):
        return "browser"
    if reason in STOPPED:
        return "stopped"
    return reason if reason in SAID | {"away"} else "refused"


def _again() -> str:
    viewer = current_viewer()
    if viewer.face == "staff":
        return url_for("auth_staff.sign_in")
    return url_for("auth.security" if viewer.signed_in else "auth.sign_in")

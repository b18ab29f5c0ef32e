"""Registers the provider's pages, endpoints, records and ticks."""

from __future__ import annotations

from flask import Flask, make_response, render_template
from werkzeug.wrappers import Response

from auth.provider import backchannel, flooding, models, requests
from auth.provider.clients import Client
from auth.provider.errors import BadToolRequest
from auth.provider.views import account, authorize, endpoints, logout, staff
from auth.provider.views.blueprint import bp
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

RECORDS = (  # known to migrations
    Client,
    models.SigningKey,
    models.Subject,
    models.ToolConsent,
    models.AuthorizationRequest,
    models.Grant,
    models.Token,
    models.Release,
    models.UsedProof,
    models.LogoutNotice,
)
VIEWS = (account, authorize, endpoints, logout)  # importing them fills the blueprint


def register(app: Flask) -> None:
    """Blueprint, error page, ticks."""
    app.extensions["mado.provider_keys"] = {}
    app.extensions["mado.tools"] = {}
    app.register_blueprint(bp)
    app.register_blueprint(staff.bp)
    app.register_error_handler(BadToolRequest, _bad_request)
    registries(app).nav.append(
        NavItem(
            "staff",
            N_("City tools"),
            "provider_staff.index",
            "out",
            80,
            needs=staff.MAY,
            group="data",
        )
    )
    registries(app).ticks += [
        ("provider", requests.sweep),
        ("sign_outs", backchannel.sweep),
    ]


def _bad_request(error: BadToolRequest) -> Response:
    """A page of our own: the address to send an answer to is not known for sure."""
    with transaction() as session:
        if flooding.may_note(session):
            audit.record(session, "tool.request_refused", error=error.reason)
    page = render_template("auth/provider/bad_request.html", reason=error.reason)
    return make_response(page, 400)

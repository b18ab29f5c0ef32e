"""Registers SAML's pages, endpoints, records and ticks."""

from __future__ import annotations

from flask import Flask, make_response, render_template
from werkzeug.wrappers import Response

from auth.saml import answers, config, models
from auth.saml.errors import BadServiceRequest
from auth.saml.views import idp, services, sp
from auth.staff import ways
from auth.staff.ways import Way
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

RECORDS = (models.SamlAnswer, models.SeenAssertion, models.SamlService, models.SamlKey)


def register(app: Flask) -> None:
    """Pages, and a button for each issuer; SettingsError lists every fault of the issuers."""
    issuers = config.load(app.extensions["mado.settings"])
    app.extensions["mado.saml_issuers"] = issuers
    for blueprint in (sp.bp, idp.bp, services.bp):
        app.register_blueprint(blueprint)
    app.register_error_handler(BadServiceRequest, _bad_request)
    with app.app_context():
        ways.ways().extend(
            Way(
                name=one.name,
                label=one.label,
                endpoint="saml.begin",
                origin=one.origin,
                issuer=one.entity_id,
                proves=True,
                params={"name": one.name},
            )
            for one in issuers.values()
        )
    registries(app).nav.append(
        NavItem(
            "staff",
            N_("Tools of clerks"),
            "saml_services.index",
            "out",
            81,
            needs=services.MAY,
            group="data",
        )
    )
    registries(app).ticks += [("saml", answers.sweep)]


def _bad_request(error: BadServiceRequest) -> Response:
    """A page of our own: nothing is sent to an address that is not known for sure."""
    with transaction() as session:
        audit.record(session, "saml.request_refused", reason=error.reason)
    page = render_template("auth/saml/bad_request.html", reason=error.reason)
    return make_response(page, 400)

"""Registers SAML's pages, endpoints, records and ticks."""

from __future__ import annotations

from flask import Flask

from auth.saml import answers, config, models
from auth.saml.views import sp
from auth.staff import ways
from auth.staff.ways import Way
from portal.core.registries import registries

RECORDS = (models.SamlAnswer, models.SeenAssertion, models.SamlService, models.SamlKey)


def register(app: Flask) -> None:
    """Pages, and a button for each issuer; SettingsError lists every fault of the issuers."""
    issuers = config.load(app.extensions["mado.settings"])
    app.extensions["mado.saml_issuers"] = issuers
    app.register_blueprint(sp.bp)
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
    registries(app).ticks += [("saml", answers.sweep)]

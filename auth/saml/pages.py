"""Registers SAML's pages, endpoints, records and ticks."""

from __future__ import annotations

from flask import Flask

from auth.saml import models

RECORDS = (models.SamlAnswer, models.SeenAssertion, models.SamlService, models.SamlKey)


def register(app: Flask) -> None:
    """Nothing of SAML is loaded before somebody uses it: xmlsec costs memory."""

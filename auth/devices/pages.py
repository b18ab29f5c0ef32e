"""Registers devices and LIFF: records, pages, ticks, and what ends with everything else."""

from __future__ import annotations

from flask import Flask

from auth import endings, liff
from auth.devices import knowing, telling, views
from auth.devices.models import Device, NotMeLink
from auth.views import liff as liff_views
from portal.core.registries import registries
from portal.core.web import kept_forms

RECORDS = (Device, NotMeLink, liff.SpentToken)
VIEWS = (views, liff_views)  # importing them fills the blueprint
ENDINGS = (knowing.forget_all, telling.drop_links, kept_forms.drop_of)


def register(app: Flask) -> None:
    """LINE's keys, ticks, and what "sign out everywhere" ends too."""
    liff.install(app, app.extensions["mado.settings"])
    endings.ALSO.extend(end for end in ENDINGS if end not in endings.ALSO)
    registries(app).ticks += [
        ("devices", knowing.sweep),
        ("not_me_links", telling.sweep),
        ("spent_tokens", liff.sweep),
    ]

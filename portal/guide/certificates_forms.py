"""The clerks' form of a kiosk's maintenance."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import InputRequired

from portal.core.i18n import current_language
from portal.core.web.forms import Form
from portal.guide.certificates_reading import load_certificates
from portal.guide.kiosks import CHAINS, DEVICES

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class MaintenanceForm(Form):
    """From when until when, where."""

    starts_at = DateTimeLocalField(_("Maintenance begins"), [InputRequired()], format=MINUTES)
    ends_at = DateTimeLocalField(_("Maintenance ends"), [InputRequired()], format=MINUTES)
    device = SelectField(_("What opens the kiosk"))
    chain = SelectField(_("Shop"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        kiosk, language = load_certificates().kiosk, current_language()
        everywhere = [("", gettext("All"))]
        self.device.choices = everywhere + [(k, DEVICES[k].say(language)) for k in kiosk.devices]
        self.chain.choices = everywhere + [
            (key, words.say(language)) for key, words in CHAINS.items() if key in kiosk.chains
        ]

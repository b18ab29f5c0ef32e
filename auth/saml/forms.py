"""The form of a tool clerks go to by SAML."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField

from auth.saml.models import SamlService
from auth.staff.words import ROLE_WORDS
from portal.core.web.forms import AtMost, Form, Required, trimmed


class ServiceForm(Form):
    """What administrators say about a tool."""

    name = StringField(_("Name of the tool"), [Required(), AtMost(80)], filters=[trimmed])
    entity_id = StringField(_("Entity ID"), [Required(), AtMost(1024)], filters=[trimmed])
    acs_url = StringField(
        _("Address that takes the answer (ACS)"), [Required(), AtMost(1024)], filters=[trimmed]
    )
    name_id = SelectField(_("What it calls a clerk"))
    roles = SelectMultipleField(_("Who may go there"))
    certificate = TextAreaField(_("Certificate of its requests (PEM)"), filters=[trimmed])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.name_id.choices = [
            ("email", gettext("Mail address")),
            ("login_name", gettext("Login name in other tools")),
        ]
        self.roles.choices = [(role, gettext(words)) for role, words in ROLE_WORDS.items()]

    def values(self) -> dict[str, Any]:
        """In the words of the record."""
        return {
            "name": self.name.data,
            "entity_id": self.entity_id.data,
            "acs_url": self.acs_url.data,
            "name_id": self.name_id.data,
            "roles": sorted(self.roles.data or []),
            "certificate": self.certificate.data or None,
        }


def filled(service: SamlService) -> ServiceForm:
    """The form as the tool is now (what was sent, when something was)."""
    names = ("name", "entity_id", "acs_url", "name_id", "roles", "certificate")
    return ServiceForm(data={name: getattr(service, name) for name in names})

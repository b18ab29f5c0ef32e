"""The forms of roles: composing one, and limiting those of an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, StringField, ValidationError

from auth.staff.operations import OPERATIONS, Limit
from portal.catalogue.load import load_catalogue
from portal.core.i18n import current_language
from portal.core.web.forms import AtMost, Form, Required, trimmed

TROUBLE = set(";|、・,@ \t")  # signs that part roles in a table of clerks


class RoleForm(Form):
    """A role of the city's own."""

    name = StringField(_("Name of the role"), [Required(), AtMost(40)], filters=[trimmed])
    operations = SelectMultipleField(_("Operations"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.operations.choices = [(key, gettext(words)) for key, words in OPERATIONS.items()]

    def validate_name(self, field: Any) -> None:
        """One word: tables of clerks name roles with blanks between."""
        if set(field.data or "") & TROUBLE:
            raise ValidationError(gettext("Please use one word without blanks or commas."))

    def validate_operations(self, field: Any) -> None:
        """A role of nothing is none."""
        if not field.data:
            raise ValidationError(gettext("Please choose at least one operation."))


def desk_names() -> dict[str, str]:
    """The departments: desks of the service catalogue."""
    language = current_language()
    return {key: desk.name.say(language) for key, desk in load_catalogue().desks.items()}


def limits_sent(roles: Iterable[str]) -> tuple[dict[str, Limit], str]:
    """What was sent for each role, and what is wrong with it."""
    desks, found, problem = desk_names(), {}, ""
    for number, role in enumerate(roles):
        department = request.form.get(f"department-{number}", "")
        days = []
        for name in ("from", "until"):
            typed = request.form.get(f"{name}-{number}", "")
            try:
                days.append(date.fromisoformat(typed) if typed else None)
            except ValueError:
                days.append(None)
                problem = gettext("A day must be written like 2026-04-01.")
        first, last = days
        if first and last and last < first:
            problem = gettext("The last day is before the first day.")
        found[role] = Limit(department if department in desks else "", first, last)
    return found, problem

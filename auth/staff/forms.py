"""The forms of clerks' accounts, for administrators."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Optional

from auth.forms import EmailForm
from auth.staff.accounts import StaffAccount
from auth.staff.rights import composed
from auth.staff.role_forms import desk_names
from auth.staff.words import role_names
from portal.core.db import transaction
from portal.core.web.forms import AtMost, Form, Required, trimmed


class AccountForm(Form):
    """What administrators say about a clerk."""

    name = StringField(_("Name"), [Required(), AtMost(80)], filters=[trimmed])
    roles = SelectMultipleField(_("Roles"))
    starts_on = DateField(_("First day"), [Required()])
    ends_on = DateField(_("Last day"), [Optional()])
    login_name = StringField(_("Login name in other tools"), [AtMost(128)], filters=[trimmed])
    department = SelectField(_("Clerk's department"))

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        with transaction() as session:
            roles = composed(session)
        self.roles.choices = [(role, gettext(words)) for role, words in role_names(roles).items()]
        desks = [("", gettext("none")), *desk_names().items()]
        self.department.choices = desks

    def validate_roles(self, field: Any) -> None:
        """At least one: an account without roles opens nothing."""
        if not field.data:
            raise ValidationError(gettext("Please choose at least one role."))

    def validate_ends_on(self, field: Any) -> None:
        """Not before the first day."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("The last day is before the first day."))

    def values(self) -> dict[str, Any]:
        """In the words of the record."""
        return {
            "name": self.name.data,
            "roles": sorted(self.roles.data or []),
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "login_name": self.login_name.data or None,
            "department": self.department.data or None,
        }


class NewAccountForm(AccountForm, EmailForm):
    """The same with the mail address, which never changes: it is the account's name."""


class ImportForm(Form):
    """A table of clerks."""

    table = FileField(_("CSV file"))

    def validate_table(self, field: Any) -> None:
        """Something must have been chosen."""
        if not field.data:
            raise ValidationError(gettext("Please choose a file."))


def filled(account: StaffAccount) -> AccountForm:
    """The form as the account is now (what was sent, when something was)."""
    names = ("name", "roles", "starts_on", "ends_on", "login_name", "department")
    return AccountForm(data={name: getattr(account, name) for name in names})

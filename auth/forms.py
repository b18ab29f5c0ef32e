"""The forms of sign-in and security pages."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from auth import addresses
from portal.core.web.forms import AtMost, Form, Required, digits, trimmed


class EmptyForm(Form):
    """A button."""


class StartForm(Form):
    """Where to go on after the sign-in."""

    next = HiddenField()


class EmailForm(StartForm):
    """A mail address; `email.data` is in its normal spelling once the form is valid."""

    email = EmailField(
        _("Mail address"),
        filters=[trimmed],
        validators=[Required("Please type your mail address."), AtMost(254)],
    )

    def validate_email(self, field: Any) -> None:
        try:
            field.data = addresses.normal(field.data)
        except addresses.BadAddress:
            raise ValidationError(
                gettext("This does not look like a mail address. Example: name@city.example")
            ) from None


class CodeForm(Form):
    """A code of six digits."""

    code = StringField(
        _("6-digit number"),
        filters=[digits],
        validators=[Required("Please type the number.")],
    )

    def validate_code(self, field: Any) -> None:
        if len(field.data) != 6 or not (field.data.isascii() and field.data.isdigit()):
            raise ValidationError(gettext("The number has 6 digits."))


class RecoveryForm(Form):
    """A recovery code."""

    code = StringField(
        _("Recovery code"),
        filters=[trimmed],
        validators=[Required("Please type one of your recovery codes."), AtMost(40)],
    )


class TermsForm(Form):
    """Consent to the terms."""

    agree = BooleanField(
        _("I have read and agree"), validators=[Required("Please tick this to go on.")]
    )

    def validate_agree(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please tick this to go on."))


class GuardianForm(Form):
    """The guardian sits beside the child and agrees."""

    relation = RadioField(
        _("Who is the guardian?"),
        choices=[
            SelectChoice("parent", _("Mother or father")),
            SelectChoice("guardian", _("Another legal guardian")),
        ],
        default="parent",
    )
    guardian_agrees = BooleanField(
        _("The guardian has read this and agrees"),
        validators=[Required("Please tick this together with the guardian.")],
    )

    def validate_guardian_agrees(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please tick this together with the guardian."))


class ChildTermsForm(TermsForm, GuardianForm):
    """The terms, for who is under 15."""


class GuardianCodeForm(Form):
    """The code a child was given for the guardian."""

    code = StringField(
        _("Code from the child"),
        filters=[trimmed],
        validators=[Required("Please type the code."), AtMost(40)],
    )


class LeaveForm(Form):
    """The last question before leaving."""

    sure = BooleanField(
        _("I have read this and want to leave"), validators=[Required("Please tick this to leave.")]
    )

    def validate_sure(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Please tick this to leave."))

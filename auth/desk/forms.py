"""The forms of the desk and of recovery."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from auth import addresses
from auth.recovery_cases import Lost
from portal.core.web.forms import AtMost, Form, Required, digits, trimmed
from portal.residents.fields import DayField

CODE = 60  # signs of a typed code, with what people put between them
SEEN = [
    SelectChoice("mynumber", _("My Number card")),
    SelectChoice("licence", _("Driving licence")),
    SelectChoice("passport", _("Passport")),
    SelectChoice("residence", _("Residence card")),
    SelectChoice("two", _("Two documents without a photo")),
]
REASONS = [
    SelectChoice("list", _("Wants a printed code list")),
    SelectChoice("lost", _("Can not sign in any more")),
]
LOST = {
    Lost.LINE: _("Only LINE"),
    Lost.PHONE: _("The phone, with LINE and the apps on it"),
    Lost.EMAIL: _("The mail address"),
    Lost.ALL: _("Both LINE and the mail address"),
}


def _any_day(_day: date) -> None:
    """Whether it is the right one is not the form's business."""


class ListCodeForm(Form):
    """One code of the printed list."""

    code = StringField(
        _("Code from the list"),
        filters=[digits],
        validators=[Required("Please type the code."), AtMost(CODE)],
    )


class ActivationForm(ListCodeForm):
    """A list from the desk that waits for this sign-up."""

    activation = StringField(
        _("Activation number"),
        filters=[digits],
        validators=[Required("Please type the number at the top of the list."), AtMost(CODE)],
    )


class PaperForm(Form):
    """The second half of a recovery."""

    lost = RadioField(_("What is lost?"), validators=[Required("Please choose one of these.")])
    code = StringField(
        _("Recovery code, or code from the desk"),
        filters=[trimmed],
        validators=[Required("Please type the code."), AtMost(CODE)],
    )


class FindForm(Form):
    """The resident at the counter: by one of three exact ways."""

    reason = RadioField(
        _("Why is the resident here?"),
        choices=REASONS,
        validators=[Required("Please choose one of these.")],
    )
    number = StringField(_("Counter number"), filters=[digits], validators=[AtMost(20)])
    email = StringField(_("Mail address"), filters=[trimmed], validators=[AtMost(254)])
    name = StringField(_("Name as on My Page"), filters=[trimmed], validators=[AtMost(60)])
    birthdate = DayField(_("Date of birth"), required=False, check=_any_day)

    @property
    def way(self) -> str:
        """By what to search: number, email or person; "" where nothing is complete."""
        if self.number.data:
            return "number"
        if self.email.data:
            return "email"
        return "person" if self.name.data and self.birthdate.data else ""

    def validate_email(self, field: Any) -> None:
        """A text that is no address finds nobody, which the page says anyway."""
        if field.data:
            with suppress(addresses.BadAddress):
                field.data = addresses.normal(field.data)

    def valid(self) -> bool:
        """One way must be complete."""
        right = super().valid()
        if right and not self.way:
            self.number.errors = [
                gettext("Please type a counter number, a mail address, or name and date of birth.")
            ]
        return right and bool(self.way)


class SeenForm(Form):
    """Which document the clerk saw."""

    seen = RadioField(
        _("Which document did you see?"),
        choices=SEEN,
        validators=[Required("Please choose one of these.")],
    )


class CheckedForm(SeenForm):
    """The same, with the birthdate on it, which is compared."""

    birthdate = DayField(_("Date of birth on the document"), required=True, check=_any_day)


class AskForm(CheckedForm):
    """A recovery is asked for."""

    lost = RadioField(
        _("What is lost?"),
        choices=[SelectChoice(lost.value, words) for lost, words in LOST.items()],
        validators=[Required("Please choose one of these.")],
    )

"""The forms by which a clerk opens a resident's data: never without a reason."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import RadioField, StringField, ValidationError

from auth.desk.forms import FindForm
from portal.core.errors import N_
from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.privacy.looking import REASONS

FEWEST = 4  # signs: "確認" alone says nothing


class ReasonForm(Form):
    """Why, by choice and in words."""

    reason = RadioField(
        _("Why do you open it?"), validators=[Required("Please choose one of these.")]
    )
    words = StringField(
        _("In your own words"),
        filters=[trimmed],
        validators=[Required(N_("Please write why.")), AtMost(200)],
    )

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.reason.choices = [(key, gettext(words)) for key, words in REASONS.items()]

    def validate_words(self, field: Any) -> None:
        """Something that can be understood later."""
        if field.data and len(field.data) < FEWEST:
            raise ValidationError(gettext("Please write a little more."))


class OpenForm(FindForm, ReasonForm):
    """The same, with one of the exact ways to find a resident."""

    reason = RadioField(
        _("Why do you open it?"), validators=[Required("Please choose one of these.")]
    )

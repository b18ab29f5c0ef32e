"""Base of every form: languages, cleaning of typed text, errors beside the field."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import ValidationError

from portal.core.errors import N_


class Form(FlaskForm):
    """A form with CSRF whose messages are in the page's language."""

    class Meta(FlaskForm.Meta):
        """WTForms' own Japanese is stiff; ours comes through gettext."""

        locales = ("en",)

    def valid(self) -> bool:
        """Whether the form was sent and is right."""
        return bool(self.validate_on_submit())


def trimmed(value: Any) -> Any:
    """Filter: without blanks at the ends and in NFC; never NFKC, which would change names."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def digits(value: Any) -> Any:
    """Filter: full-width digits and blanks of a typed code become plain digits."""
    if not isinstance(value, str):
        return value
    return "".join(unicodedata.normalize("NFKC", value).split()).replace("-", "")


class Required:
    """The field must be filled; `message` is an English message key."""

    field_flags = {"required": True}  # noqa: RUF012  (WTForms reads it from the class)

    def __init__(self, message: str = N_("Please fill this in.")) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise ValidationError(gettext(self.message))


class AtMost:
    """At most `limit` characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and len(field.data) > self.limit:
            raise ValidationError(
                gettext("Please use at most %(limit)s characters.", limit=self.limit)
            )

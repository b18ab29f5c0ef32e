"""Base of every form: languages, cleaning of typed text, errors beside the field."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.i18n import get_translations as wtforms_words
from wtforms.validators import StopValidation

from portal.core import names
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.languages import LOCALES
from portal.core.text_marks import without

SHORT, UNITS = 100, 4  # names and titles; units of the longest letter with its selector
PAGE_FIGURES = 4  # no list has more pages; Python itself refuses to read thousands of figures

_words: dict[str, Any] = {}


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with CSRF whose messages are in the page's language."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own Japanese is stiff; ours comes through gettext."""

        locales = ("en",)

        def get_translations(self, form: Any) -> Any:
            """WTForms' words in the page's language; Flask-WTF reads their file a request anew."""
            language = current_language()
            if language not in _words:
                _words[language] = wtforms_words([LOCALES.get(language, language), "en"])
            return _words[language]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """On the page a resident comes back to, what was kept of the form (kept_forms)."""
            sent = super().wrap_formdata(form, formdata)
            return g.get("kept_fields") if sent is None and formdata is not None else sent

    def valid(self) -> bool:
        """Whether the form was sent and is right."""
        return bool(self.validate_on_submit())


def trimmed(value: Any) -> Any:
    """Filter: without blanks at the ends, composed (か and ゛ are one letter), names as written."""
    if not isinstance(value, str):
        return value
    return names.composed(without(value).strip())


def digits(value: Any) -> Any:
    """Filter: full-width digits and blanks of a typed code become plain digits."""
    if not isinstance(value, str):
        return value
    return "".join(unicodedata.normalize("NFKC", value).split()).replace("-", "")


def page_number() -> int:
    """The `page` of a list's address, from 1; 1 for anything that is no page."""
    wanted = request.args.get("page", "1")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) <= PAGE_FIGURES else 1


class Required:
    """The field must be filled; `message` is an English message key."""

    field_flags = {"required": True}  # noqa: RUF012  (WTForms reads it from the class)

    def __init__(self, message: str = N_("Please fill this in.")) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            field.errors[:] = []
            raise StopValidation(gettext(self.message))  # nothing else can be said of nothing


class AtMost:
    """At most `limit` characters, as people see them.

    Browsers count UTF-16 units: 葛 with its selector has three, so short fields give them room.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit * UNITS if limit <= SHORT else limit}

    def __call__(self, form: Any, field: Any) -> None:
        if field.data and names.length(field.data) > self.limit:
            raise ValidationError(
                gettext("Please use at most %(limit)s characters.", limit=self.limit)
            )

"""The clerk's form of a saved segment: its name; the conditions are the picker's."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, TextAreaField

from portal.core.web.forms import AtMost, Form, Required, trimmed

FIGURES = 6


class SegmentForm(Form):
    """Name and description, and the version that was on screen."""

    name = StringField(lazy_gettext("Name"), [Required(), AtMost(60)], filters=[trimmed])
    description = TextAreaField(lazy_gettext("What it is for"), [AtMost(400)], filters=[trimmed])
    version = HiddenField()

    @property
    def looked_at(self) -> int:
        """The version, 0 when the form was tampered with (which fits none)."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= FIGURES else 0


class EmptyForm(Form):
    """A button."""

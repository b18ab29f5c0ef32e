"""Forms of passkeys: the browser's answer comes in a hidden field the script fills."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField

from portal.core.web.forms import AtMost, Form, Required, trimmed

LONGEST_NAME = 40


class AnswerForm(Form):
    """What the browser says of a passkey, as JSON."""

    credential = HiddenField()


class NewPasskeyForm(AnswerForm):
    """A new passkey; an empty name becomes the device's."""

    name = StringField(_("Name (optional)"), filters=[trimmed], validators=[AtMost(LONGEST_NAME)])


class NameForm(Form):
    """Another name."""

    name = StringField(
        _("Name of the passkey"),
        filters=[trimmed],
        validators=[Required("Please type a name."), AtMost(LONGEST_NAME)],
    )

"""Forms of tickets."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import EmailField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional

from portal.core.web.forms import AtMost, Form, Required, trimmed
from portal.operations.tickets.words import TOPIC_WORDS

LONGEST = 2_000


class ContactForm(Form):
    """A question about this service."""

    topic = RadioField(_("What is it about?"))
    words = TextAreaField(
        _("Your inquiry"),
        [Required(), AtMost(LONGEST)],
        filters=[trimmed],
        description=_("Please write no My Number, no passwords and nothing about illnesses."),
    )
    mail = EmailField(
        _("Mail address for the answer"), [Optional(), AtMost(254)], filters=[trimmed]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.topic.choices = [SelectChoice(k, gettext(name)) for k, name in TOPIC_WORDS.items()]

    def validate_mail(self, field: Any) -> None:
        """Only what can be an address."""
        local, at, host = (field.data or "").rpartition("@")
        if field.data and (not at or not local or "." not in host or " " in field.data):
            raise ValidationError(gettext("Please check the mail address."))


class ActForm(Form):
    """An answer or a note."""

    words = TextAreaField(_("Words"), [Required(), AtMost(4_000)], filters=[trimmed])


class FaqForm(Form):
    """What becomes a draft of the FAQ, without anything about the person who asked."""

    question = StringField(
        _("Question for everybody"), [Required(), AtMost(120)], filters=[trimmed]
    )
    answer = TextAreaField(
        _("Answer for everybody"), [Required(), AtMost(2_000)], filters=[trimmed]
    )

"""The form of the on-call table."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import EmailField, StringField, ValidationError
from wtforms.fields import DateTimeLocalField
from wtforms.validators import Optional

from portal.core.clock import TOKYO
from portal.core.errors import N_
from portal.core.web.forms import AtMost, Form, Required, trimmed

LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class MomentField(DateTimeLocalField):
    """A Japanese wall clock's day and time."""

    def __init__(self, label: Any, **more: Any) -> None:
        needed = Required(N_("Please give a day and a time."))
        super().__init__(label, [needed], format=LOCAL, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What cannot be read is said in our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Please give a day and a time.")) from None
        if self.data is not None:
            self.data = self.data.replace(tzinfo=TOKYO)


class OnCallForm(Form):
    """Who is told of faults, and when."""

    name = StringField(
        lazy_gettext("Role or desk"),
        [Required(), AtMost(60)],
        filters=[trimmed],
        description=lazy_gettext("Such as “Operations, night”. No person's name is needed."),
    )
    mail = EmailField(lazy_gettext("Mail"), [Optional(), AtMost(254)], filters=[trimmed])
    line_user = StringField(
        lazy_gettext("LINE user ID"),
        [Optional(), AtMost(40)],
        filters=[trimmed],
        description=lazy_gettext("U and 32 letters and figures. The person must be a friend."),
    )
    starts_at = MomentField(lazy_gettext("On call from"))
    ends_at = MomentField(lazy_gettext("On call until"))

    def validate_mail(self, field: Any) -> None:
        """One of both ways is needed."""
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data):
            raise ValidationError(gettext("Please check the mail address."))

    def validate_line_user(self, field: Any) -> None:
        """As LINE writes them."""
        if field.data and not re.fullmatch(r"U[0-9a-f]{32}", field.data):
            raise ValidationError(gettext("This is not a LINE user ID."))

    def validate_ends_at(self, field: Any) -> None:
        """After the beginning, and somebody can be reached."""
        if self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(gettext("The end must be after the beginning."))

    def validate_name(self, field: Any) -> None:
        """Optional() ends the chain of the other two, so it is asked here."""
        if not self.mail.data and not self.line_user.data:
            raise ValidationError(gettext("Please give a mail address or a LINE user ID."))

"""The form that asks until when a to-do is put off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.core.clock import today
from portal.core.web.forms import Form
from portal.mypage.acts import LONGEST_WAIT
from portal.residents.fields import DayField

WAITS = {"week": 7, "fortnight": 14, "month": 30}
OWN_DAY = "day"


def check_day(day: date) -> None:
    """A day to come, within a year."""
    if not today() < day <= today() + LONGEST_WAIT:
        raise ValidationError(gettext("Please choose a day within a year from now."))


class LaterForm(Form):
    """In a week, two weeks, a month, or on a day of one's own."""

    when = RadioField(
        lazy_gettext("When shall we show it again?"),
        choices=[
            SelectChoice("week", lazy_gettext("In a week")),
            SelectChoice("fortnight", lazy_gettext("In two weeks")),
            SelectChoice("month", lazy_gettext("In a month")),
            SelectChoice(OWN_DAY, lazy_gettext("On a day I choose (fill it in below)")),
        ],
        default="week",
    )
    day = DayField(lazy_gettext("The day I choose"), required=False, check=check_day)

    def validate(self, extra_validators: Any = None) -> bool:
        """A day of one's own must be given when it is chosen."""
        right = bool(super().validate(extra_validators))
        if self.when.data == OWN_DAY and self.day.data is None and not self.day.errors:
            self.day.errors = [gettext("Please fill in year, month and day.")]
            return False
        return right

    @property
    def until(self) -> date:
        """The day the to-do comes back."""
        if self.when.data == OWN_DAY and self.day.data is not None:
            return self.day.data
        return today() + timedelta(days=WAITS[self.when.data])

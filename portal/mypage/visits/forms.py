"""The form of a visit sheet: which procedures, on which day."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError
from wtforms.fields import SelectMultipleField

from portal.core.clock import today
from portal.core.web.forms import Form
from portal.mypage.picking import Pick, read_pick
from portal.residents.fields import DayField

FURTHEST = timedelta(days=366)


def check_day(day: date) -> None:
    """A day to come, within a year."""
    if not today() <= day <= today() + FURTHEST:
        raise ValidationError(gettext("Please choose a day within a year from now."))


class VisitForm(Form):
    """Procedures and a day."""

    pick = SelectMultipleField(lazy_gettext("What you want to do at the desks"))
    day = DayField(lazy_gettext("The day of your visit"), required=True, check=check_day)

    def __init__(self, choices: list[tuple[str, str]], **more: object) -> None:
        super().__init__(**more)
        self.pick.choices = choices

    @property
    def picks(self) -> list[Pick]:
        """What was chosen."""
        return [pick for each in self.pick.data or () if (pick := read_pick(each))]


def asked_picks() -> list[str]:
    """Boxes ticked on My Page, or one procedure of a service's page."""
    return [each for each in request.args.getlist("pick") if read_pick(each)]

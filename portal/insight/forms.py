"""The small question: how easy it was (CES), how satisfied one is (CSAT), and words."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms.fields import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional

from portal.core.errors import N_
from portal.core.web.forms import AtMost, Form, Required, trimmed

LONGEST = 500
EASE = [
    SelectChoice("7", lazy_gettext("7 – very easy")),
    SelectChoice("6", "6"),
    SelectChoice("5", "5"),
    SelectChoice("4", lazy_gettext("4 – neither")),
    SelectChoice("3", "3"),
    SelectChoice("2", "2"),
    SelectChoice("1", lazy_gettext("1 – very hard")),
]
SATISFACTION = [
    SelectChoice("5", lazy_gettext("5 – very satisfied")),
    SelectChoice("4", "4"),
    SelectChoice("3", "3"),
    SelectChoice("2", "2"),
    SelectChoice("1", lazy_gettext("1 – not at all")),
]


class QuestionForm(Form):
    """Names of its own: it stands on pages beside other forms."""

    survey_ease = RadioField(
        lazy_gettext("How easy was it to get this done?"),
        [Required(N_("Please choose a number."))],
        choices=EASE,
    )
    survey_satisfaction = RadioField(
        lazy_gettext("How satisfied are you with these pages?"),
        [Optional()],
        choices=SATISFACTION,
    )
    survey_words = TextAreaField(
        lazy_gettext("What should be better?"),
        [AtMost(LONGEST)],
        filters=[trimmed],
        description=lazy_gettext(
            "Please write no names, addresses, telephone numbers or illnesses."
        ),
    )

"""Forms of reports: what residents tell, what clerks do."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FileField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional

from chatbot.reports.rules import LONGEST_PLACE, LONGEST_WORDS
from portal.core.web.forms import AtMost, Form, Required, trimmed

MAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,180}\.[^@\s<>,;\"]{2,60}")
PHONE = re.compile(r"[0-9+() -]{6,20}")


def _mail(form: Any, field: Any) -> None:
    if field.data and not MAIL.fullmatch(field.data):
        raise ValidationError(gettext("Please check the mail address."))


def _phone(form: Any, field: Any) -> None:
    if field.data and not PHONE.fullmatch(field.data):
        raise ValidationError(gettext("Please check the telephone number."))


class ReportForm(Form):
    """What a resident tells. Everything but the pictures is kept in the draft as typed."""

    photo = MultipleFileField(_("Pictures (up to three)"))
    category = RadioField(_("What is it?"), validate_choice=False)
    words = TextAreaField(
        _("What is wrong, in a few words"), filters=[trimmed], validators=[AtMost(LONGEST_WORDS)]
    )
    place = StringField(
        _("Address or landmark"), filters=[trimmed], validators=[AtMost(LONGEST_PLACE)]
    )
    mail = StringField(
        _("Mail address for the answer"), filters=[trimmed], validators=[AtMost(254), _mail]
    )
    phone = StringField(_("Telephone"), filters=[trimmed], validators=[AtMost(20), _phone])


class WordsForm(Form):
    """A few words: why it is not mended yet."""

    words = TextAreaField(
        _("What is still wrong?"),
        filters=[trimmed],
        validators=[Required(), AtMost(LONGEST_WORDS)],
    )


class StateForm(Form):
    """A clerk's step: another state, an answer, or both."""

    state = SelectField(_("State"))
    words = TextAreaField(_("Answer to the reporter"), filters=[trimmed], validators=[AtMost(1000)])


class NoteForm(Form):
    """Words among clerks."""

    note = TextAreaField(
        _("Internal note"), filters=[trimmed], validators=[Required(), AtMost(2000)]
    )


class SortForm(Form):
    """Whose it is and what it is."""

    desk = SelectField(_("Desk in charge"))
    category = SelectField(_("Category"))


class MergeForm(Form):
    """The report it is the same as."""

    number = StringField(
        _("Receipt number of the other report"), filters=[trimmed], validators=[Required()]
    )


class PublicForm(Form):
    """What the open data may say."""

    public_words = StringField(
        _("Words for the open data (no names, no addresses)"),
        filters=[trimmed],
        validators=[AtMost(200)],
    )


class CategoryForm(Form):
    """A category as a clerk edits it."""

    name_ja = StringField(
        _("Name in Japanese"), filters=[trimmed], validators=[Required(), AtMost(40)]
    )
    name_en = StringField(_("Name in English"), filters=[trimmed], validators=[AtMost(60)])
    hint_ja = StringField(_("Advice in Japanese"), filters=[trimmed], validators=[AtMost(120)])
    hint_en = StringField(_("Advice in English"), filters=[trimmed], validators=[AtMost(160)])
    words = StringField(
        _("Words residents use, separated by commas"), filters=[trimmed], validators=[AtMost(400)]
    )
    desk = SelectField(_("Desk in charge"))
    position = IntegerField(_("Place in the list (small numbers first)"), validators=[Optional()])
    withdrawn = BooleanField(_("Residents can no longer choose it"))


class AreaForm(Form):
    """A GeoJSON file of boundaries or roads."""

    kind = SelectField(_("What the file holds"))
    file = FileField(_("GeoJSON file"))


class KeyForm(Form):
    """Another program that may post."""

    name = StringField(
        _("Name of the program"), filters=[trimmed], validators=[Required(), AtMost(60)]
    )

"""The clerk's form: words, and whom they are for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional

from notifications.notices.boxes import person_of, segment_of
from notifications.notices.drafts import DELAYS, Draft
from notifications.notices.words import STRAY
from notifications.notices.words_form import WordsForm
from notifications.segments.ages import OLDEST
from notifications.segments.city import askable_services, district_name
from notifications.segments.segment import Segment
from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.i18n import current_language
from portal.core.web.forms import AtMost, Form, Required, trimmed

FIGURES = 9  # of a version; what has more is no version of a notice
RELATIONS = {
    "child": lazy_gettext("Child"),
    "self": lazy_gettext("The resident"),
    "spouse": lazy_gettext("Husband or wife"),
    "parent": lazy_gettext("Parent"),
    "other": lazy_gettext("Other family"),
    "expected": lazy_gettext("Child to be born"),
}
KINDS = [
    SelectChoice("normal", lazy_gettext("Ordinary")),
    SelectChoice("emergency", lazy_gettext("Emergency")),
    SelectChoice("drill", lazy_gettext("Drill (the mark can not be switched off)")),
]
ABOUT = [
    SelectChoice("person", lazy_gettext("Families with a person like this")),
    SelectChoice("all", lazy_gettext("All registered residents")),
]


def no_placeholders(form: Any, field: Any) -> None:
    """For words that have no values: a placeholder would be read as it stands."""
    if any(mark in (field.data or "") for mark in STRAY):
        raise ValidationError(
            gettext("Names and other personal fields can not be put into a notice.")
        )


class NoticeForm(WordsForm):
    """A notice and whom it is for."""

    kind = RadioField(lazy_gettext("Kind"), choices=KINDS, default="normal")
    start_delay = SelectField(
        lazy_gettext("Start of the sending"),
        choices=[SelectChoice(minutes, "") for minutes in DELAYS],
        coerce=int,
        default=0,
        description=lazy_gettext("Until it starts, the author and every approver can stop it."),
    )

    about = RadioField(
        lazy_gettext("Who receives it"),
        choices=ABOUT,
        default="person",
    )
    relation = SelectMultipleField(
        lazy_gettext("The person is"), choices=[SelectChoice(*each) for each in RELATIONS.items()]
    )
    service = SelectField(lazy_gettext("It is time for this service"), default="")
    age_kind = RadioField(
        lazy_gettext("Count the age"),
        choices=[
            SelectChoice("age", lazy_gettext("today")),
            SelectChoice("fiscal_age", lazy_gettext("at the end of the fiscal year")),
        ],
        default="age",
    )
    age_from = IntegerField(lazy_gettext("Age from"), [Optional()])
    age_to = IntegerField(lazy_gettext("Age to"), [Optional()])
    district = SelectMultipleField(
        lazy_gettext("The person lives in"),
        description=lazy_gettext("No mark means everywhere."),
    )
    language = SelectMultipleField(
        lazy_gettext("Residents read in"),
        choices=[
            SelectChoice("ja", lazy_gettext("Japanese")),
            SelectChoice("en", lazy_gettext("English")),
        ],
        description=lazy_gettext("No mark means any language."),
    )
    kept: dict[str, Any] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.start_delay.choices = [SelectChoice(each, _delay(each)) for each in DELAYS]
        self.service.choices = [
            SelectChoice("", gettext("No condition")),
            *(
                SelectChoice(each.key, each.title.say(language))
                for each in askable_services(today())
            ),
        ]
        self.district.choices = [
            SelectChoice(key, district_name(key, language)) for key in load_catalogue().districts
        ]

    def validate_age_to(self, field: Any) -> None:
        """A span of human ages, in order."""
        ends = [each for each in (self.age_from.data, field.data) if each is not None]
        if any(not 0 <= each <= OLDEST for each in ends) or ends != sorted(ends):
            raise ValidationError(gettext("Please check the ages."))

    def validate_about(self, field: Any) -> None:
        """“Families with a person” needs to say what person."""
        if field.data == "person" and not person_of(self.data):
            raise ValidationError(gettext("Please mark at least one condition below."))
        if field.data == "all" and person_of(self.data):
            # Silently dropping what was marked would send to far too many.
            raise ValidationError(
                gettext("Conditions on a person are marked below. Please choose one or the other.")
            )

    def segment(self) -> dict[str, Any]:
        """Whom the boxes mean, or the kept segment."""
        if self.about.data == "keep" and self.kept is not None:
            return self.kept
        return segment_of(self.data)

    def draft(self) -> Draft:
        """What was typed."""
        return Draft(
            kind=self.kind.data,
            topic=self.topic.data,
            variants=self.variants(),
            link=self.link.data or None,
            segment=Segment.read(self.segment()),
            start_delay=self.start_delay.data,
            confirmed=bool(self.confirmed.data),
        )

    def keep_segment(self, segment: dict[str, Any] | None) -> None:
        """Offer to keep a segment that says more than the boxes can."""
        self.kept = segment
        if segment is not None:
            kept = SelectChoice("keep", gettext("The same conditions as before"))
            self.about.choices = [kept, *ABOUT]


class EmptyForm(Form):
    """A button."""


class DecisionForm(Form):
    """A decision about the version that was looked at."""

    version = HiddenField()

    @property
    def looked_at(self) -> int:
        """The version, 0 when the form was tampered with (which fits no notice)."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= FIGURES else 0


class ReturnForm(DecisionForm):
    """Back to the author, with words why."""

    comment = TextAreaField(
        lazy_gettext("What should be changed?"), [Required(), AtMost(1000)], filters=[trimmed]
    )


def _delay(minutes: int) -> str:
    if not minutes:
        return str(gettext("Right after the approval"))
    return str(gettext("%(minutes)s minutes after the approval", minutes=minutes))

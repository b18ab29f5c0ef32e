"""Forms of the shorter paths: an emergency, a correction, and the reason of an emergency."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.notices.drafts import Draft
from notifications.notices.reading import View
from notifications.notices.words_form import WordsForm
from notifications.segments.city import district_name
from notifications.segments.segment import Segment
from portal.catalogue.load import load_catalogue
from portal.core.i18n import current_language
from portal.core.web.forms import AtMost, Form, Required, trimmed

REASON = 500


class ReasonForm(Form):
    """Why an emergency is sent; it stands in the emergencies' log."""

    reason = TextAreaField(
        lazy_gettext("Why is it urgent?"),
        [Required(), AtMost(REASON)],
        filters=[trimmed],
        description=lazy_gettext("This stands in the log of emergencies, not in the notice."),
    )


class EmergencyForm(ReasonForm, WordsForm):
    """Words, where, why; nothing else is asked in an emergency."""

    district = SelectMultipleField(
        lazy_gettext("Districts"),
        description=lazy_gettext("No mark means all registered residents."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.topic.data = self.topic.data or "disaster"
        self.district.choices = [
            SelectChoice(key, district_name(key, language)) for key in load_catalogue().districts
        ]

    def draft(self) -> Draft:
        """What was typed, without a delay."""
        chosen = self.district.data
        everybody: dict[str, Any] = {"all": []}
        segment = {"has_person": {"district": chosen}} if chosen else everybody
        return Draft(
            kind="emergency",
            topic="disaster",
            variants=self.variants(),
            link=self.link.data or None,
            segment=Segment.read(segment),
            confirmed=bool(self.confirmed.data),
        )


class CorrectionForm(WordsForm):
    """Other words for those who received the wrong ones."""

    def draft(self, wrong: View) -> Draft:
        """Kind and topic stay: a drill's correction is a drill's."""
        return Draft(
            kind=wrong.kind,
            topic=wrong.topic,
            variants=self.variants(),
            link=self.link.data or None,
            segment=Segment.read(wrong.segment),
            confirmed=bool(self.confirmed.data),
            corrects_id=wrong.corrects_id or wrong.id,
        )

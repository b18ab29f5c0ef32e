"""The part of a form that holds words: each language's title, text and values, a link, a topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from notifications.languages import JAPANESE, WRITTEN
from notifications.notices import checking
from notifications.notices.drafts import TOPICS
from notifications.notices.links import link_allowed
from notifications.notices.words import typed_values, written_values
from portal.core.web.forms import AtMost, Form, Required, trimmed

TITLE, BODY, VALUES = 60, 2000, 3000
OTHERS = tuple(language for language in WRITTEN if language != JAPANESE)


def field_of(part: str, language: str) -> str:
    """The field's name: `body` is Japanese, `body_ja_Hira` easy Japanese."""
    return part if language == JAPANESE else f"{part}_{language.replace('-', '_')}"


class WordsForm(Form):
    """Words in Japanese and in any other language notices are written in."""

    title = StringField(lazy_gettext("Title"), [Required(), AtMost(TITLE)], filters=[trimmed])
    body = TextAreaField(
        lazy_gettext("Text"),
        [Required(), AtMost(BODY)],
        filters=[trimmed],
        description=lazy_gettext("The same text goes to LINE, mail and the inbox."),
    )
    values = TextAreaField(
        lazy_gettext("Values"),
        [AtMost(VALUES)],
        filters=[trimmed],
        description=lazy_gettext(
            "For each {{deadline}} in the text one line: deadline = 3 December. "
            "A value is the same for everybody."
        ),
    )
    link = StringField(
        lazy_gettext("Link"),
        filters=[trimmed],
        description=lazy_gettext("A page of this site (/services/…) or an https:// address."),
    )
    topic = SelectField(lazy_gettext("Topic"), default="other")
    confirmed = BooleanField(
        lazy_gettext("I have looked at these places. They are nobody's personal data.")
    )
    asks = False  # whether something looks like personal data and can be confirmed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic.choices = [SelectChoice(key, gettext(name)) for key, name in TOPICS.items()]

    @property
    def others(self) -> list[tuple[str, str, list[Any], bool]]:
        """(code, name, fields, open) of every other language."""
        found = []
        for language in OTHERS:
            fields = [self[field_of(part, language)] for part in ("title", "body", "values")]
            used = any(each.data or each.errors for each in fields)
            found.append((language, WRITTEN[language], fields, used))
        return found

    def validate_link(self, field: Any) -> None:
        """Own paths and https only."""
        if not link_allowed(field.data):
            raise ValidationError(
                gettext("Please give a path like /services/… or an https:// address.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, then the words of each language as a whole."""
        right: bool = super().validate(extra_validators)
        for language in WRITTEN:
            right = self._whole(language) and right
        return self._checked() and right

    def _whole(self, language: str) -> bool:
        """A language is written whole or not at all, and its values can be read."""
        title, body, values = (
            self[field_of(part, language)] for part in ("title", "body", "values")
        )
        if language != JAPANESE and bool(title.data) != bool(body.data):
            return _wrong(body, gettext("Please write both the title and the text."))
        try:
            typed_values(values.data or "")
        except ValueError:
            return _wrong(values, gettext("Please write one line for each: name = value."))
        return True

    def _checked(self) -> bool:
        right = True
        for fault in checking.faults(self.variants()):
            self.asks = self.asks or fault.asked
            if (fault.asked and self.confirmed.data) or not self.counts(fault):
                continue
            right = _wrong(self[field_of(fault.field, fault.language)], fault.message)
        return right

    def counts(self, fault: checking.Fault) -> bool:
        """Whether a fault matters here; a template may lack values."""
        return True

    def variants(self) -> dict[str, dict[str, Any]]:
        """What was typed, by language."""
        found: dict[str, dict[str, Any]] = {}
        for language in WRITTEN:
            title, body, values = (
                self[field_of(part, language)].data for part in ("title", "body", "values")
            )
            if language == JAPANESE or (title and body):
                words: dict[str, Any] = {"title": title or "", "body": plain(body)}
                if said := _values(values):
                    words["values"] = said
                found[language] = words
        return found


for _language in OTHERS:
    _name = WRITTEN[_language]
    setattr(
        WordsForm,
        field_of("title", _language),
        StringField(
            lazy_gettext("Title (%(language)s)", language=_name), [AtMost(TITLE)], filters=[trimmed]
        ),
    )
    setattr(
        WordsForm,
        field_of("body", _language),
        TextAreaField(
            lazy_gettext("Text (%(language)s)", language=_name), [AtMost(BODY)], filters=[trimmed]
        ),
    )
    setattr(
        WordsForm,
        field_of("values", _language),
        TextAreaField(
            lazy_gettext("Values (%(language)s)", language=_name),
            [AtMost(VALUES)],
            filters=[trimmed],
        ),
    )


def typed(variants: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The form's values for kept words."""
    found = {}
    for language, words in variants.items():
        found[field_of("title", language)] = words["title"]
        found[field_of("body", language)] = words["body"]
        found[field_of("values", language)] = written_values(words.get("values", {}))
    return found


def plain(text: str | None) -> str:
    """Line ends as one kind; browsers send CRLF."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _values(text: str | None) -> dict[str, str]:
    try:
        return typed_values(text or "")
    except ValueError:  # said beside the field already
        return {}


def _wrong(field: Any, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False

"""The form of an answer: texts in every language, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)

from chatbot.knowledge.bodies import Body
from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.loading import load_desks, load_links
from chatbot.knowledge.staff.words import KIND_WORDS
from portal.catalogue.staff.specs import Unreadable, read_days
from portal.core.i18n import current_language
from portal.core.web.forms import AtMost, Form, Required, trimmed

KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
PLAIN = ("category", "owner", "desk", "kind")
DAYS = ("valid_from", "valid_to", "review_on")
TEXTS = ("question", "answer", "aliases")


def short(language: str) -> str:
    """A language as part of a field's name."""
    return language.replace("-", "_")


def _day(_form: Any, field: Any) -> None:
    if not field.data:
        return
    try:
        days = read_days(field.data)
    except Unreadable:
        days = []
    if len(days) != 1:
        raise ValidationError(gettext("Please write a date like 2026-04-01."))
    field.data = days[0].isoformat()


def _address(_form: Any, field: Any) -> None:
    if field.data and not re.fullmatch(r"https?://[^\s<>\"]+", field.data):
        raise ValidationError(gettext("Please give a full address that begins with https://."))


def _key(_form: Any, field: Any) -> None:
    if field.data and not KEY.fullmatch(field.data):
        raise ValidationError(gettext("Please use small letters, digits and _."))


class EntryForm(Form):
    """An answer as it is typed. Fields of texts are made below, one set a language."""

    key = StringField(
        lazy_gettext("Key"),
        filters=[trimmed],
        validators=[_key],
        description=lazy_gettext("Empty: one is made. It stands in the address of the page."),
    )
    category = StringField(
        lazy_gettext("Category"), filters=[trimmed], validators=[Required(), AtMost(60)]
    )
    kind = SelectField(lazy_gettext("Kind"))
    desk = SelectField(lazy_gettext("Desk"))
    owner = StringField(
        lazy_gettext("Owner"),
        filters=[trimmed],
        validators=[Required(), AtMost(60)],
        description=lazy_gettext("The department that keeps this answer."),
    )
    links = SelectMultipleField(lazy_gettext("Links"))
    source_title = StringField(
        lazy_gettext("Source"), filters=[trimmed], validators=[Required(), AtMost(120)]
    )
    source_url = StringField(
        lazy_gettext("Address of the source"),
        filters=[trimmed],
        validators=[AtMost(500), _address],
    )
    valid_from = StringField(
        lazy_gettext("First day"), filters=[trimmed], validators=[Required(), _day]
    )
    valid_to = StringField(lazy_gettext("Last day"), filters=[trimmed], validators=[_day])
    review_on = StringField(
        lazy_gettext("Look over again by"), filters=[trimmed], validators=[_day]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = current_language()
        desks, places = load_desks(language), load_links(language)
        self.kind.choices = [(kind.value, gettext(words)) for kind, words in KIND_WORDS.items()]
        self.desk.choices = [(key, desk.name) for key, desk in desks.items()]
        self.links.choices = [(name, link.label) for name, link in places.items()]

    def texts_of(self, language: str) -> list[Any]:
        """The fields of one language."""
        return [self[f"{short(language)}_{name}"] for name in TEXTS]

    def is_written(self, language: str) -> bool:
        """Whether anything stands in a language, so that its part is open."""
        fields = self.texts_of(language)
        return any(field.data or field.errors for field in fields)

    def validate(self, extra_validators: Any = None) -> bool:
        """Half a text is none: question and answer go together."""
        right = bool(super().validate(extra_validators))
        for language in WRITTEN[1:]:
            question, answer, aliases = self.texts_of(language)
            if bool(question.data) == bool(answer.data) and (question.data or not aliases.data):
                continue
            lacking = question if not question.data else answer
            lacking.errors = [*lacking.errors, gettext("Please fill this in.")]
            right = False
        return right

    def body(self, key: str, before: Body) -> dict[str, Any]:
        """The plain form of what was typed."""
        made = {name: before[name] for name in ("updated",) if before.get(name)}
        made |= {"key": key, "links": list(self.links.data or ())}
        made |= {name: self[name].data for name in PLAIN}
        made |= {name: self[name].data for name in DAYS if self[name].data}
        made["source"] = {"title": self.source_title.data, "url": self.source_url.data or ""}
        made["texts"] = {one: self._text(one) for one in WRITTEN if self.texts_of(one)[0].data}
        return made

    def _text(self, language: str) -> dict[str, Any]:
        question, answer, aliases = (field.data or "" for field in self.texts_of(language))
        lines = (" ".join(line.split()) for line in aliases.splitlines())
        made = {
            "question": question,
            "answer": answer,
            "aliases": list(dict.fromkeys(line for line in lines if line)),
        }
        unsigned = language != "ja" and not self[f"{short(language)}_signed"].data
        return made | {"signed": False} if unsigned else made


def typed_of(body: Body) -> dict[str, Any]:
    """What the form shows of a body before anything was typed."""
    made: dict[str, Any] = {name: body.get(name) for name in (*PLAIN, *DAYS, "key", "links")}
    source = body.get("source", {})
    made |= {"source_title": source.get("title"), "source_url": source.get("url")}
    for language in WRITTEN:
        made |= _typed_text(short(language), body.get("texts", {}).get(language, {}))
    return made


def _typed_text(name: str, text: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{name}_question": text.get("question", ""),
        f"{name}_answer": text.get("answer", ""),
        f"{name}_aliases": "\n".join(text.get("aliases", ())),
        f"{name}_signed": bool(text) and text.get("signed", True),
    }


def _add_texts(language: str) -> None:
    name, must = short(language), [Required()] if language == "ja" else []
    question = StringField(
        lazy_gettext("Question"), filters=[trimmed], validators=[*must, AtMost(120)]
    )
    answer = TextAreaField(
        lazy_gettext("Answer"), filters=[trimmed], validators=[*must, AtMost(2000)]
    )
    aliases = TextAreaField(
        lazy_gettext("Other ways to ask"), filters=[trimmed], validators=[AtMost(6000)]
    )
    signed = BooleanField(lazy_gettext("A person has looked this text over and stands by it."))
    setattr(EntryForm, f"{name}_question", question)
    setattr(EntryForm, f"{name}_answer", answer)
    setattr(EntryForm, f"{name}_aliases", aliases)
    if language != "ja":
        setattr(EntryForm, f"{name}_signed", signed)


for _language in WRITTEN:
    _add_texts(_language)

"""Forms of the garbage guide, and the entries they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import Optional, Regexp

from chatbot.garbage.entries import Body
from portal.core.errors import N_
from portal.core.web.forms import AtMost, Form, Required, trimmed

SHORT, LONG = 150, 2000
MOST_WORDS = 40
HTTPS = N_("Please give an address that begins with https://.")


def _text(label: Any, limit: int = SHORT, *more: Any) -> StringField:
    return StringField(label, filters=[trimmed], validators=[*more, AtMost(limit)])


def _area(label: Any, limit: int = LONG) -> TextAreaField:
    return TextAreaField(label, filters=[trimmed], validators=[AtMost(limit)])


class ItemForm(Form):
    """One item."""

    name = _text(_("Item"), SHORT, Required())
    kana = _text(_("Reading in hiragana"))
    class_key = SelectField(_("Class"), validators=[Required()])
    note = _area(_("What to mind"), 1000)
    fee = _text(_("Fee, where it differs from the class"))
    aka = _area(_("Other names, one a line"), 1000)
    en = _text(_("English name"))
    note_en = _area(_("What to mind, in English"), 1000)
    hidden = BooleanField(_("Do not show this item"))

    def fill(self, body: Body) -> None:
        """Show an entry."""
        for name in ("name", "kana", "note", "fee", "note_en", "hidden"):
            self[name].data = body.get(name, self[name].data)
        self.class_key.data = body["class"]
        self.aka.data = "\n".join(body.get("aka", ()))
        self.en.data = "; ".join(body.get("en", ()))

    def body(self, before: Body) -> Body:
        """The entry, with what the form does not show kept."""
        lines = [line.strip() for line in (self.aka.data or "").splitlines() if line.strip()]
        english = [part.strip() for part in (self.en.data or "").split(";") if part.strip()]
        said: dict[str, Any] = {
            **before,
            "name": self.name.data,
            "class": self.class_key.data,
            "kana": self.kana.data,
            "note": self.note.data,
            "fee": self.fee.data,
            "note_en": self.note_en.data,
            "aka": lines[:MOST_WORDS],
            "en": english[:MOST_WORDS],
            "hidden": bool(self.hidden.data),
        }
        return {name: value for name, value in said.items() if value not in ("", None, [], False)}


class ClassForm(Form):
    """One class: how it is put out, and what it costs."""

    name_ja = _text(_("Name"), SHORT, Required())
    name_en = _text(_("Name in English"))
    collected = BooleanField(_("The city collects it"), default=True)
    how_ja = _area(_("How to put it out"))
    how_en = _area(_("How to put it out, in English"))
    fee_ja = _text(_("Fee"))
    fee_en = _text(_("Fee, in English"))
    booking_ja = _area(_("How to book"))
    booking_en = _area(_("How to book, in English"))
    booking_url = URLField(
        _("Page to book"), validators=[Optional(), Regexp(r"https://", message=HTTPS), AtMost(500)]
    )

    TEXTS = ("name", "how", "fee", "booking")

    def fill(self, body: Body) -> None:
        """Show an entry."""
        for name in self.TEXTS:
            for language in ("ja", "en"):
                self[f"{name}_{language}"].data = (body.get(name) or {}).get(language, "")
        self.collected.data = body.get("collected", True)
        self.booking_url.data = body.get("booking_url", "")

    def body(self, before: Body) -> Body:
        """The entry."""
        body = {**before, "collected": bool(self.collected.data)}
        for name in self.TEXTS:
            texts = {language: self[f"{name}_{language}"].data for language in ("ja", "en")}
            kept = {**(before.get(name) or {}), **texts}  # further languages go on
            body[name] = {language: text for language, text in kept.items() if text}
        body["booking_url"] = self.booking_url.data or ""
        return body


class DistrictForm(Form):
    """A district's name and where it lies; its days are fields of their own."""

    name_ja = _text(_("Name"), SHORT, Required())
    name_en = _text(_("Name in English"))
    part_of = SelectField(_("District of residents' profiles it lies in"))


class WordsForm(Form):
    """Groups of words for one thing."""

    groups = _area(_("Groups of words, one a line, the usual name first"), 20_000)


class FilesForm(Form):
    """Files of one city, together."""

    files = MultipleFileField(_("Files (CSV, Excel, JSON)"), validators=[])


def districts_of(form: DistrictForm, names: Mapping[str, str]) -> None:
    """Fill the choice of districts."""
    form.part_of.choices = [("", "—"), *names.items()]

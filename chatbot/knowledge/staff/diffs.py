"""Two wordings of an answer beside each other, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext

from chatbot.knowledge.bodies import Body
from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.loading import load_desks, load_links
from chatbot.knowledge.staff.words import KIND_WORDS, LANGUAGE_NAMES
from portal.core.errors import N_
from portal.core.i18n import current_language

LABELS = {
    "kind": N_("Kind"),
    "category": N_("Category"),
    "desk": N_("Desk"),
    "owner": N_("Owner"),
    "links": N_("Links"),
    "source_title": N_("Source"),
    "source_url": N_("Address of the source"),
    "updated": N_("Updated"),
    "valid_from": N_("First day"),
    "valid_to": N_("Last day"),
    "review_on": N_("Look over again by"),
}
TEXT_LABELS = {
    "question": N_("Question"),
    "answer": N_("Answer"),
    "aliases": N_("Other ways to ask"),
    "signed": N_("Signed by a person"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field. `before` and `after` are "" where it holds nothing."""

    label: str
    before: str
    after: str


def changes(before: Body | None, after: Body | None) -> list[Change]:
    """What differs, texts first; a withdrawn entry differs in everything."""
    old, new = dict(said(before or {})), dict(said(after or {}))
    return [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*new, *old])
        if old.get(label, "") != new.get(label, "")
    ]


def said(body: Body) -> Iterator[tuple[str, str]]:
    """Every field that holds something, in words."""
    texts = body.get("texts", {})
    for language in sorted(texts, key=_place):
        for name, label in TEXT_LABELS.items():
            if words := _of_text(name, texts[language]):
                yield f"{LANGUAGE_NAMES.get(language, language)}: {gettext(label)}", words
    for name, label in LABELS.items():
        if words := _of_field(name, body):
            yield gettext(label), words


def _of_text(name: str, text: Body) -> str:
    if name == "signed":
        return "" if text.get("signed", True) else str(gettext("no"))
    value = text.get(name, "")
    return "\n".join(value) if isinstance(value, list) else str(value)


def _of_field(name: str, body: Body) -> str:
    language = current_language()
    if name in ("source_title", "source_url"):
        return str(body.get("source", {}).get(name.removeprefix("source_"), ""))
    value = body.get(name)
    if name == "kind" and value in list(KIND_WORDS):
        return str(gettext(KIND_WORDS[value]))
    if name == "desk" and value in (desks := load_desks(language)):
        return desks[value].name
    if name == "links":
        places = load_links(language)
        return "\n".join(places[one].label if one in places else one for one in value or ())
    return str(value or "")


def _place(language: str) -> int:
    return WRITTEN.index(language) if language in WRITTEN else len(WRITTEN)

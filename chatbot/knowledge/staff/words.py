"""What the pages of answers call things, states, languages and people."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from chatbot.knowledge.bodies import Body
from chatbot.knowledge.entries import EntryKind
from chatbot.knowledge.models import State
from portal.catalogue.staff.words import STATE_WORDS as CATALOGUE_WORDS
from portal.catalogue.staff.words import person
from portal.core.clock import in_tokyo, today
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.languages import EASY
from portal.core.web.access import current_viewer

SEE, EDIT, APPROVE = "knowledge.view", "knowledge.edit", "knowledge.approve"
STATE_WORDS = {State(state.value): words for state, words in CATALOGUE_WORDS.items()}
KIND_WORDS = {
    EntryKind.FAQ: N_("Question and answer"),
    EntryKind.SMALL_TALK: N_("Small talk"),
    EntryKind.OUT_OF_SCOPE: N_("Not the city's matter"),
}
# Each in its own words, as residents choose it.
LANGUAGE_NAMES = {
    "ja": "日本語",
    EASY: "やさしい日本語",
    "en": "English",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "tl": "Tagalog",
}


def called(key: str, body: Body | None) -> str:
    """The entry's question in the page's language, its key where there is none."""
    texts = (body or {}).get("texts") or {}
    said = texts.get(current_language()) or texts.get("ja") or {}
    return str(said.get("question") or key)


def shared() -> dict[str, Any]:
    """What every page of the editor says."""
    return {
        "called": called,
        "person": person,
        "state_words": STATE_WORDS,
        "kind_words": KIND_WORDS,
        "language_names": LANGUAGE_NAMES,
        "day_of": lambda moment: in_tokyo(moment).date(),
        "may_edit": current_viewer().may(EDIT),
        "may_approve": current_viewer().may(APPROVE),
        "today": today(),
        "or_key": lambda key: gettext(key),
    }

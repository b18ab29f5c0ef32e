"""Values of data.json as people read them: days, codes and keys in words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask_babel import gettext

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo
from portal.core.errors import N_
from portal.core.i18n import LANGUAGES, current_language
from portal.residents.days import said

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CODES: dict[tuple[str, str], str] = {
    ("relation", "self"): N_("Yourself"),
    ("relation", "spouse"): N_("Spouse"),
    ("relation", "child"): N_("Child"),
    ("relation", "parent"): N_("Parent"),
    ("relation", "other"): N_("Other"),
    ("relation", "expected"): N_("Expected child"),
    ("sex", "F"): N_("Female"),
    ("sex", "M"): N_("Male"),
    ("kind", "done"): N_("Done"),
    ("kind", "dismissed"): N_("Hidden"),
    ("kind", "postponed"): N_("Put off"),
    ("issuer", "line"): N_("LINE"),
    ("issuer", "email"): N_("Mail address"),
    ("issuer", "card"): N_("My Number card"),
    ("channel", "mail"): N_("Mail address"),
    ("channel", "line"): N_("LINE"),
    ("role", "co-parent"): N_("Parent"),
}


def words_of(name: str, value: Any) -> str:
    """One value of a field; blank for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, list):
        return str(gettext(", ")).join(words_of(name, one) for one in value)
    if isinstance(value, dict):
        pairs = ((key, words_of(key, one)) for key, one in value.items())
        return "\n".join(f"{key}: {words}" for key, words in pairs if words)
    return _text(name, str(value))


def _text(name: str, text: str) -> str:
    if MOMENT.match(text):
        moment = in_tokyo(datetime.fromisoformat(text))
        return f"{said(moment.date(), current_language())} {moment:%H:%M}"
    if DAY.fullmatch(text):
        return said(datetime.fromisoformat(text).date(), current_language())
    if (name, text) in CODES:
        return str(gettext(CODES[name, text]))
    return _of_city(name, text)


def _of_city(name: str, text: str) -> str:
    """Keys of the catalogue and of languages, by what they are called."""
    catalogue, language = load_catalogue(), current_language()
    if name == "service":
        service = catalogue.find(text)
        return service.title.say(language) if service else text
    if name == "district" and text in catalogue.districts:
        return catalogue.districts[text].name.say(language)
    return LANGUAGES.get(text, text) if name == "language" else text

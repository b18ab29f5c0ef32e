"""Names of GIF's categories, beneficiaries and kinds of service in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.load import DATA, read_yaml
from portal.core.i18n import current_language
from portal.core.languages import ENGLISH, JAPANESE
from portal.core.text_marks import fallen, marked

IN_ENGLISH: Mapping[str, str] = {**CATEGORIES, **SERVICE_TYPES, **BENEFICIARIES}


def gif_name(name: str) -> str:
    """A word of DS-491-1 as the page says it; anything else (a city's own word) as it is."""
    return _said(name, current_language())


@lru_cache(maxsize=1024)
def _said(name: str, language: str) -> str:
    if language == JAPANESE or name not in IN_ENGLISH:
        return name
    if language == ENGLISH:
        return IN_ENGLISH[name]
    found = _written().get(name, {}).get(language)
    return marked(found) if found else fallen(IN_ENGLISH[name], ENGLISH)


@lru_cache(maxsize=1)
def _written() -> Mapping[str, Mapping[str, str]]:
    """Japanese name: {language: name} in the languages that are neither Japanese nor English."""
    found: Mapping[str, Mapping[str, str]] = read_yaml(DATA / "gif_words.yaml")
    return found

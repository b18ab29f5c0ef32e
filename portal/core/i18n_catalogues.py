"""Catalogues of words in memory: a language's own, and where it has gaps its base's, marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel.support import Translations

from portal.core.languages import EASY
from portal.core.text_marks import fallen, marked


class Fallen(NullTranslations):
    """Says a message in another language, so that the page can tell."""

    def __init__(self, words: Any, language: str) -> None:
        super().__init__()
        self._said, self._language = words, language

    def gettext(self, message: str) -> str:
        return fallen(self._said.ugettext(message), self._language) if message else ""


def read_words(
    folders: Iterable[Path], language: str, corrections: Mapping[str, str]
) -> Translations:
    """The compiled words of all packages in a language, with the city's own in their places."""
    whole = _merged(folders, language)
    words: dict[Any, Any] = whole._catalog  # Babel's merge() works on it the same way
    words.update(corrections)
    if language == EASY:
        words.update({key: marked(text) for key, text in words.items() if isinstance(text, str)})
    return whole


def raw_words(folders: Iterable[Path], language: str) -> dict[str, str]:
    """Words as they were written, by their keys."""
    words: dict[Any, Any] = _merged(folders, language)._catalog
    return {key: text for key, text in words.items() if key and isinstance(text, str) and text}


def _merged(folders: Iterable[Path], language: str) -> Translations:
    whole = Translations()
    for folder in folders:
        file = folder / language / "LC_MESSAGES" / "messages.mo"
        if file.exists():
            with file.open("rb") as source:
                whole.merge(Translations(source))
    return whole


def with_gaps_filled(words: Translations, base: Any, language: str) -> Translations:
    """The same words; what is not among them is said in the base's `language`."""
    words.add_fallback(Fallen(base, language))
    return words

"""How Japanese is read, by Sudachi. Only jobs and commands load it: its dictionary is large."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from portal.core.names import MODERN
from portal.search.folding import HAN, face, is_kana, sound

LONGEST_WORD = 12
REMEMBERED = 2_000  # texts


@dataclass(frozen=True)
class Aloud:
    """A text read: its sound, and the words with kanji in it as (face, hiragana)."""

    sound: str
    words: frozenset[tuple[str, str]]


class Reader:
    """Reads texts; holds the dictionary as long as it lives."""

    def __init__(self) -> None:
        from sudachipy import SplitMode, dictionary

        self._tokenizer: Any = dictionary.Dictionary(dict="core").tokenizer(SplitMode.A)
        self._known: dict[str, Aloud] = {}

    def read(self, text: str) -> Aloud:
        """How a text sounds and which words are in it; categories and synonyms come often."""
        if text not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Aloud:
        if is_kana(face(text)):
            return Aloud(sound(text), frozenset())
        plain = unicodedata.normalize("NFKC", text).translate(MODERN)
        heard, words = [], set()
        for morpheme in self._tokenizer.tokenize(plain):
            surface = morpheme.surface()
            reading = morpheme.reading_form()
            kana = reading if reading and reading != "キゴウ" else surface
            heard.append(kana)
            look = face(surface)
            if HAN.search(look) and len(look) <= LONGEST_WORD:
                words.add((look, face(kana)))
        return Aloud(sound("".join(heard)), frozenset(words))

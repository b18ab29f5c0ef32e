"""Cuts Japanese and English text into the content words that ranking compares."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# Content words carry meaning; particles, auxiliaries and signs only add noise.
CONTENT = frozenset(
    {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "代名詞", "感動詞"}
)
# Verbs such as する and いる say nothing about the matter asked.
EMPTY = frozenset({"非自立可能", "助数詞"})

LATIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿々〆]")
# Longest ending first; a crude stem is enough to join "moving" with "move".
ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s", "e", "y")
SHORTEST_STEM = 3
# "At what time" is cut into "what" and a counter, which would both be lost.
TIME = re.compile(r"何時")


@dataclass(frozen=True, slots=True)
class Token:
    """One content word and the dictionary's synonym groups it belongs to."""

    word: str
    groups: tuple[int, ...] = ()


class Analyzer:
    """Japanese by Sudachi's normalized forms (shortest split), English by a light stem.

    Not safe to share between threads: give each its own.
    """

    def __init__(self, stop_words: Iterable[str] = ()) -> None:
        from sudachipy import SplitMode, dictionary

        self._stop = frozenset(stop_words)
        self._tokenizer: Any = dictionary.Dictionary(dict="core").tokenizer(SplitMode.A)

    def tokens(self, text: str) -> list[Token]:
        """Content words of a text in either language, in order, stop words left out."""
        plain = TIME.sub("時間", unicodedata.normalize("NFKC", text).lower())
        return self._japanese(plain) if JAPANESE.search(plain) else self._english(plain)

    def words(self, text: str) -> list[str]:
        return [token.word for token in self.tokens(text)]

    def reading(self, text: str) -> str:
        """The whole text in katakana, as it is read aloud."""
        morphemes = self._tokenizer.tokenize(unicodedata.normalize("NFKC", text))
        return "".join(m.reading_form() or m.surface() for m in morphemes)

    def _japanese(self, text: str) -> list[Token]:
        found = []
        for morpheme in self._tokenizer.tokenize(text):
            kind = morpheme.part_of_speech()
            word = morpheme.normalized_form().lower()
            if kind[0] in CONTENT and kind[1] not in EMPTY and word not in self._stop:
                found.append(Token(word, tuple(morpheme.synonym_group_ids())))
        return found

    def _english(self, text: str) -> list[Token]:
        words = (word.split("'")[0] for word in LATIN_WORD.findall(text))
        return [Token(stem(word)) for word in words if word not in self._stop]


def phrase_key(text: str) -> str:
    """Letters and digits only: the same for two ways to write down one phrase."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in plain if letter.isalnum())


def stem(word: str) -> str:
    """The front of an English word that its inflections share."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word

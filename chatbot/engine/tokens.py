"""Cuts Japanese and English text into the content words that ranking compares."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chatbot.engine.cache import KEY_BYTES, key_of, write_whole

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
DICTIONARY = "sudachidict-core"
# Raised when the same text is cut otherwise, so that no old cache is read.
FORM = 1
KEY_LETTERS = KEY_BYTES * 2
SPACE = re.compile(r"[\s|]+")
# A cache larger than this keeps only what was asked for last (about 20 MB).
MOST_KEPT = 60_000


@dataclass(frozen=True, slots=True)
class Token:
    """One content word and the dictionary's synonym groups it belongs to."""

    word: str
    groups: tuple[int, ...] = ()


class Analyzer:
    """Japanese by Sudachi's normalized forms (shortest split), English by a light stem.

    Not safe to share between threads: give each its own.
    """

    def __init__(self, stop_words: Iterable[str] = (), cache: Path | None = None) -> None:
        """cache is a folder for the words of written texts; questions are never kept."""
        from sudachipy import SplitMode, dictionary

        self._stop = frozenset(stop_words)
        self._tokenizer: Any = dictionary.Dictionary(dict="core").tokenizer(SplitMode.A)
        self._file = cache / f"words-{version(DICTIONARY)}.{FORM}.txt" if cache else None

    @property
    def stop_words(self) -> frozenset[str]:
        """Words that say nothing, by which another process can cut alike."""
        return self._stop

    def tokens(self, text: str) -> list[Token]:
        """Content words of a text in either language, in order, stop words left out."""
        plain = _plain(text)
        return self._kept(self._japanese(plain)) if JAPANESE.search(plain) else self._english(plain)

    def tokens_of(self, texts: Iterable[str]) -> dict[str, list[Token]]:
        """Content words of written texts, cut once and then read from the cache."""
        known = _read(self._file) if self._file else {}
        found: dict[str, list[Token]] = {}
        shared = _Shared()
        fresh = False
        for text in dict.fromkeys(texts):
            if not JAPANESE.search(text):
                found[text] = self.tokens(text)
                continue
            key = key_of(text).hex()
            if key not in known:
                known[key] = _written(self._japanese(_plain(text)))
                fresh = True
            found[text] = self._kept(shared[one] for one in known[key].split())
        if fresh and self._file:
            _write(self._file, known, found)
        return found

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Texts whose words are not in the cache yet."""
        known = _read(self._file) if self._file else {}
        cut = (text for text in texts if JAPANESE.search(text))
        return [text for text in cut if key_of(text).hex() not in known]

    def words(self, text: str) -> list[str]:
        return [token.word for token in self.tokens(text)]

    def reading(self, text: str) -> str:
        """The whole text in katakana, as it is read aloud."""
        morphemes = self._tokenizer.tokenize(unicodedata.normalize("NFKC", text))
        return "".join(m.reading_form() or m.surface() for m in morphemes)

    def _kept(self, tokens: Iterable[Token]) -> list[Token]:
        return [token for token in tokens if token.word not in self._stop]

    def _japanese(self, text: str) -> list[Token]:
        found = []
        for morpheme in self._tokenizer.tokenize(text):
            kind = morpheme.part_of_speech()
            if kind[0] in CONTENT and kind[1] not in EMPTY:
                word = sys.intern(morpheme.normalized_form().lower())
                found.append(Token(word, tuple(morpheme.synonym_group_ids())))
        return found

    def _english(self, text: str) -> list[Token]:
        words = (word.split("'")[0] for word in LATIN_WORD.findall(text))
        return [Token(stem(word)) for word in words if word not in self._stop]


def _plain(text: str) -> str:
    return TIME.sub("時間", unicodedata.normalize("NFKC", text).lower())


def phrase_key(text: str) -> str:
    """Letters and digits only: the same for two ways to write down one phrase."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in plain if letter.isalnum())


def speaks_otherwise(text: str) -> bool:
    """Whether a text is written in letters that are neither Japanese nor plain Latin."""
    plain = unicodedata.normalize("NFKC", text)
    return not JAPANESE.search(plain) and any(c.isalpha() and not c.isascii() for c in plain)


def stem(word: str) -> str:
    """The front of an English word that its inflections share."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _written(tokens: Iterable[Token]) -> str:
    return " ".join("|".join((SPACE.sub("", t.word), *map(str, t.groups))) for t in tokens)


class _Shared(dict[str, Token]):
    """Few words make up many texts: one value each, read once, keeps them small and quick."""

    def __missing__(self, written: str) -> Token:
        word, *groups = written.split("|")
        token = Token(sys.intern(word), tuple(int(number) for number in groups))
        self[written] = token
        return token


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return {line[:KEY_LETTERS]: line[KEY_LETTERS + 1 :] for line in lines}


def _write(file: Path, known: dict[str, str], asked: Iterable[str]) -> None:
    if len(known) > MOST_KEPT:
        keys = (key_of(text).hex() for text in asked)
        known = {key: known[key] for key in keys if key in known}
    write_whole(file, "".join(f"{key} {words}\n" for key, words in known.items()).encode())

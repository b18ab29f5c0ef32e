"""What was typed, taken apart: words, how they look, how they may sound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

import jaconv

from portal.search.folding import HAN, face, folded, is_kana, pairs, sound, without_request
from portal.search.ranking import Word

LONGEST = 60  # letters; a question of more is cut
MOST_WORDS = 6
LONGEST_PIECE = 12
SPELLED = re.compile("(?!.*っっ)[ぁ-ん]+")  # letters that are no syllable stay letters or become っ
CORE = re.compile(r"[一-鿿々〆]+|[ァ-ヺー]{2,}|[A-Za-z0-9]{2,}")
MOST_READINGS = 4  # ways to read one typed word


@dataclass(frozen=True)
class Typed:
    """A query, folded and cut into words."""

    words: tuple[str, ...]

    @property
    def folded(self) -> str:
        """The words with blanks between."""
        return " ".join(self.words)

    @cached_property
    def pieces(self) -> set[str]:
        """Every run of letters that may be a word with a known reading."""
        found: set[str] = set()
        for word in self.words:
            for start in range(len(word)):
                ends = range(start + 1, min(len(word), start + LONGEST_PIECE) + 1)
                found.update(word[start:end] for end in ends if HAN.search(word[start:end]))
        return found

    def heard(self, readings: Mapping[str, Sequence[str]]) -> tuple[Word, ...]:
        """The words with their sounds, by what the documents taught."""
        return tuple(Word(word, tuple(_sounds(word, readings))) for word in self.words)


def typed(text: str) -> Typed:
    """Take a query apart; nothing of it is ever SQL, a pattern or longer than LONGEST."""
    plain = without_request(folded(text.replace("\0", " ")[: 4 * LONGEST]))[:LONGEST]
    words = [face(word) for word in plain.split()]
    return Typed(tuple(islice(dict.fromkeys(word for word in words if word), MOST_WORDS)))


def core(text: str) -> Typed:
    """What carries the meaning of a sentence: runs of kanji, katakana, Latin letters, figures."""
    runs = CORE.findall(unicodedata.normalize("NFKC", text[: 4 * LONGEST]))
    return typed(" ".join(runs))


def by_letters(query: Typed) -> Typed:
    """The query as Latin letters spell Japanese (kosodate); empty when it is no such thing."""
    if not query.words or not all(word.isascii() and word.isalpha() for word in query.words):
        return Typed(())
    kana = tuple(str(jaconv.alphabet2kana(word)) for word in query.words)
    return Typed(kana if all(SPELLED.fullmatch(each) for each in kana) else ())


def all_grams(words: Sequence[Word]) -> set[str]:
    """Everything the words may be found by; a kanji by itself only where it is the whole word."""
    ways = {each for word in words for each in (word.face, *word.sounds) if each}
    return set().union(
        *(pairs(way) | {f"^{way[0]}"} | ({way} if len(way) == 1 else set()) for way in ways)
    )


def _sounds(word: str, readings: Mapping[str, Sequence[str]]) -> list[str]:
    if is_kana(word):
        return [sound(word)]
    parts = [_readings_of(piece, readings) for piece in _cut(word, readings)]
    if not all(parts):
        return []  # a kanji nobody has read to us yet
    ways = islice(product(*parts), MOST_READINGS)
    return list(dict.fromkeys(sound("".join(way)) for way in ways))


def _readings_of(piece: str, readings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return readings.get(piece, ()) if HAN.search(piece) else (piece,)


def _cut(word: str, readings: Mapping[str, Sequence[str]]) -> list[str]:
    """Longest known words first; letters that nobody has read stand alone."""
    pieces, start = [], 0
    while start < len(word):
        ends = range(min(len(word), start + LONGEST_PIECE), start, -1)
        end = next((end for end in ends if word[start:end] in readings), start + 1)
        pieces.append(word[start:end])
        start = end
    return pieces

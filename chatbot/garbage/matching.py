"""Finds garbage items by name, however they are spelled."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from chatbot.garbage.grams import Gramdex, grams
from chatbot.garbage.items import Item
from chatbot.garbage.letters import Letters, letters_alike
from chatbot.garbage.likeness import KANJI, alike, may_be, says_enough
from chatbot.garbage.names import Rank, names_of
from chatbot.garbage.phrases import cuts_of_request, readings_of_request
from chatbot.garbage.reading import (
    english_key,
    kana_of_romaji,
    letters_of,
    look_key,
    reading_key,
    surface_key,
)
from chatbot.garbage.senses import Sense, Words, senses

__all__ = ["Found", "ItemSearch", "letters_alike"]

# How many of the nearest by n-grams are compared letter by letter.
NEAR = 50
# Readings of a request that are looked at for slips; the shortest are the likeliest names.
MOST_NEAR = 5
MOST_NEAR_BESIDE_A_CUT = 2
# Shorter parts sound like something too easily (時 like 陶器); written alike in kanji they are it.
SHORTEST_CUT = 3
# Below this nothing is offered: the thing is not in the list.
FLOOR = 0.36
# Slips count; what runs of letters are shared only decides between names with as many slips.
GRAMS_SHARE = 0.9
# A slip that is only one by the sound: letters tell more.
BY_SOUND = 0.5
# Nobody names a thing in more letters; time must stay bounded.
LONGEST = 100
# By how much of a name was asked, and whether by its letters or only its sound.
LETTERS = {Rank.PART: 0.0, Rank.HEAD: 0.003, Rank.WHOLE: 0.004}
SOUND = {Rank.PART: 0.0, Rank.HEAD: 0.001, Rank.WHOLE: 0.002}
SYNONYM = 0.9
SENSE = 0.88
INSIDE = 0.9
# One name ends with the other: 子供用のいす is a chair, コップ may be the 紙コップ.
ENDS_WITH, ENDS_NAME = 0.8, 0.75
# A name of three letters may be asked with one left out.
SHORTEST_ASKED = 2
# With fewer sounds too much sounds alike (こども, コード).
SHORTEST_SOUND = 3
MOST_REPLACED = 12
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Found:
    """One item with its likeness, 1 = the same name or sound."""

    item: Item
    score: float

    @property
    def exact(self) -> bool:
        return self.score >= 1.0

    @property
    def whole(self) -> bool:
        """Asked by just its letters: nothing else can be meant."""
        return self.score >= 1.0 + LETTERS[Rank.WHOLE]


@dataclass(frozen=True, slots=True)
class _Name:
    item: int
    rank: Rank
    key: str
    look: str
    surface: str
    letters: str


class ItemSearch:
    """Search over a list of items; built once, then only read."""

    def __init__(
        self,
        items: Sequence[Item],
        reading: Callable[[str], str],
        synonyms: Iterable[Sequence[str]] = (),
        words: Words | None = None,
    ) -> None:
        """reading gives the katakana of a text; synonyms are groups of words for one thing.

        words gives the words of a text with the dictionary's groups of the same meaning.
        """
        self._items = list(items)
        self._key = lru_cache(maxsize=2_000)(lambda text: reading_key(text, reading))
        self._names = [name for i, item in enumerate(self._items) for name in self._of(i, item)]
        self._kanji = {name.look for name in self._names if KANJI.search(name.look)}
        english = [(word, i) for i, item in enumerate(items) for word in item.english]
        looks = [(name.surface, name.item) for name in self._names]
        looks += [(surface_key(word), number) for word, number in english]
        self._looks = [(look, number) for look, number in looks if len(look) > 1]
        self._exact = _grouped(self._ways(english))
        self._words = words
        self._senses = _grouped(self._meant()) if words else {}
        self._gramdex = Gramdex([grams(name.letters, name.key) for name in self._names])
        self._synonyms = self._synonym_table(synonyms)

    def search(self, text: str, limit: int = 5) -> list[Found]:
        """Items for a question in free words, nearest first; empty when nothing is near."""
        asked = readings_of_request(text[:LONGEST])
        found = self._named(asked) or self._replaced(asked[-1])
        if not found:
            cuts = cuts_of_request(text[:LONGEST])
            found = self._cut(cuts) or self._near(asked, cuts[:1])
        return self._ranked(found, limit)

    def named(self, text: str, limit: int = 5) -> list[Found]:
        """Items whose name, sound or synonym is all that is asked; quicker than search."""
        return self._ranked(self._named(readings_of_request(text[:LONGEST])), limit)

    def inside(self, text: str) -> list[Found]:
        """Items whose name stands inside a longer question; only those of the longest name."""
        asked = surface_key(text[:LONGEST])
        named = [(look, number) for look, number in self._looks if look in asked]
        longest = max((len(look) for look, _ in named), default=0)
        items = dict.fromkeys(number for look, number in named if len(look) == longest)
        return [Found(self._items[i], INSIDE) for i in items]

    def _ranked(self, found: Mapping[int, float], limit: int) -> list[Found]:
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Found(self._items[i], round(score, 4)) for i, score in ranked[:limit]]

    def _named(self, asked: Sequence[str]) -> dict[int, float]:
        """Of the longest reading of the request that names something."""
        for name in asked:
            if found := self._lookup(name) or self._by_synonym(name):
                return found
        # Cutting into words takes longest: only what is likeliest to be the name.
        return next((found for found in map(self._by_sense, asked[-MOST_NEAR:]) if found), {})

    def _cut(self, cuts: Sequence[str]) -> dict[int, float]:
        """Of the longest part of a sentence that names something; not the bottom of the list."""
        sure = [part for part in cuts if len(part) >= SHORTEST_CUT or part in self._kanji]
        found = next((found for found in map(self._lookup, sure) if found), {})
        found = found or next((found for found in map(self._by_synonym, sure) if found), {})
        return {item: min(score, INSIDE) + score / 1000 for item, score in found.items()}

    def _lookup(self, asked: str) -> dict[int, float]:
        """Items of this name, 1 and a little more the more of the name it is.

        The letters tell more than the sound: 鎌 is no 釜.
        """
        look = look_key(asked)
        if not look:
            return {}
        found = {item: 1.0 + LETTERS[rank] for item, rank in self._exact.get(look, {}).items()}
        romaji = kana_of_romaji(asked)
        for way in (self._key(asked), english_key(asked), self._key(romaji) if romaji else ""):
            for item, rank in self._exact.get(way, {}).items() if way else ():
                if may_be(asked, self._items[item].name):
                    found[item] = max(found.get(item, 0.0), 1.0 + SOUND[rank])
        return found

    def _by_synonym(self, asked: str) -> dict[int, float]:
        """Items under the other names of a thing; the first of a group is its usual name."""
        found: dict[int, float] = {}
        for place, other in enumerate(self._synonyms.get(self._key(asked), ())):
            for item in self._lookup(other):
                found.setdefault(item, SYNONYM - 0.001 * min(place, 20))
        return found

    def _by_sense(self, asked: str) -> dict[int, float]:
        """Items whose name means the same, word for word."""
        if self._words is None:
            return {}
        found: dict[int, float] = {}
        for sense in senses(asked, self._words):
            for item, rank in self._senses.get(sense, {}).items():
                found[item] = SENSE + 0.001 * rank
        return found

    def _replaced(self, asked: str) -> dict[int, float]:
        """A synonym inside a longer name: ケータイの充電器 is 携帯電話の充電器."""
        look, tried = look_key(asked), 0
        for word, others in self._inner:
            if word not in look or word == look:
                continue
            for other in others:
                if found := self._lookup(look.replace(word, other)):
                    return dict.fromkeys(found, SYNONYM - 0.02)
                tried += 1
                if tried >= MOST_REPLACED:
                    return {}
        return {}

    def _near(self, asked: Sequence[str], cut: Sequence[str]) -> dict[int, float]:
        """Names spelled nearly so, else names of which one ends with the other."""
        found: dict[int, float] = {}
        enough = [name for name in asked if len(letters_of(name)) >= SHORTEST_ASKED]
        likely = enough[-MOST_NEAR_BESIDE_A_CUT:] if cut else [*enough[-MOST_NEAR:], *enough[:1]]
        for text in dict.fromkeys([*cut, *likely]):
            for item, score in self._nearly_spelled(text):
                found[item] = max(found.get(item, 0.0), score)
        return found or self._ending(asked[-1])

    def _nearly_spelled(self, asked: str) -> Iterator[tuple[int, float]]:
        key, typed = self._key(asked), letters_of(asked)
        sounds, letters = Letters(key), Letters(typed)
        for place, likeness in self._gramdex.nearest(grams(typed, key), NEAR):
            name = self._names[place]
            less = GRAMS_SHARE * (1 - likeness)
            score = alike(letters, name.letters, less)
            if len(name.key) >= SHORTEST_SOUND and may_be(asked, name.surface, mixed=False):
                score = max(score, alike(sounds, name.key, less + BY_SOUND))
            if score >= FLOOR:
                yield name.item, min(score, 0.98) + 0.001 * name.rank

    def _ending(self, asked: str) -> dict[int, float]:
        look = look_key(asked)
        within = [n for n in self._names if look.endswith(n.look) and says_enough(n.surface)]
        longest = max((len(name.look) for name in within), default=0)
        if within:
            return {name.item: ENDS_WITH for name in within if len(name.look) == longest}
        for word, _ in self._inner:
            ends = look.endswith(word) and look != word and says_enough(word)
            if ends and (found := self._by_synonym(word)):
                return dict.fromkeys(found, ENDS_NAME)
        if not says_enough(surface_key(asked)):
            return {}
        return {name.item: ENDS_NAME for name in self._names if name.look.endswith(look)}

    def _of(self, number: int, item: Item) -> Iterator[_Name]:
        for text, rank in names_of(item).items():
            key, surface = self._key(text), surface_key(text)
            if key or surface:
                yield _Name(number, rank, key, look_key(text), surface, letters_of(text))

    def _ways(self, english: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, Rank]]:
        """Everything that leads to an item: letters, sound, English."""
        for name in self._names:
            yield name.look, name.item, name.rank
            yield name.key, name.item, name.rank
        for word, number in english:
            yield surface_key(word), number, Rank.WHOLE
            yield english_key(word), number, Rank.WHOLE

    def _meant(self) -> Iterator[tuple[Sense, int, Rank]]:
        if self._words is None:
            return
        for name in self._names:
            for sense in senses(name.surface, self._words):
                yield sense, name.item, name.rank

    def _synonym_table(self, groups: Iterable[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
        table: dict[str, dict[str, None]] = {}
        inner: dict[str, dict[str, None]] = {}
        for group in groups:
            for word in group:
                others = {other: None for other in group if other != word}
                table.setdefault(self._key(word), {}).update(others)
                inner.setdefault(look_key(word), {}).update(others)
        longest_first = sorted(inner.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self._inner = [(word, tuple(others)) for word, others in longest_first if len(word) > 1]
        return {key: tuple(others) for key, others in table.items()}


def _grouped(ways: Iterable[tuple[Key, int, Rank]]) -> dict[Key, dict[int, Rank]]:
    groups: dict[Key, dict[int, Rank]] = {}
    for key, number, rank in ways:
        group = groups.setdefault(key, {})
        group[number] = max(rank, group.get(number, rank))
    return groups

"""Finds garbage items by name, however they are spelled."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt

from chatbot.garbage.items import Item
from chatbot.garbage.phrases import readings_of_request
from chatbot.garbage.reading import english_key, reading_key, surface_key, without_brackets

GRAMS = (1, 2, 3)
# How many of the nearest by n-grams are compared letter by letter.
NEAR = 30
# Below this nothing is offered: the thing is not in the list.
FLOOR = 0.5
# One wrong letter spoils three of a short name's n-grams, so letters count for more.
GRAMS_SHARE = 0.3
# Nobody names a thing in more letters; time must stay bounded.
LONGEST = 100
SYNONYM = 0.9
INSIDE = 0.9

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """One item with its likeness, 1 = the same name or sound."""

    item: Item
    score: float

    @property
    def exact(self) -> bool:
        return self.score >= 1.0


@dataclass(frozen=True, slots=True)
class _Name:
    item: int
    key: str
    surface: str
    grams: frozenset[str]


class ItemSearch:
    """Search over a list of items; built once, then only read."""

    def __init__(
        self,
        items: Sequence[Item],
        reading: Callable[[str], str],
        synonyms: Iterable[Sequence[str]] = (),
    ) -> None:
        """reading gives the katakana of a text; synonyms are groups of words for one thing."""
        self._items = list(items)
        self._reading = reading
        self._names = [name for i, item in enumerate(self._items) for name in self._of(i, item)]
        sounds = [(name.key, name.item) for name in self._names]
        looks = [(surface_key(t), i) for i, item in enumerate(items) for t in _spellings(item)]
        self._looks = [(look, number) for look, number in looks if len(look) > 1]
        english = [(english_key(t), i) for i, item in enumerate(items) for t in item.english]
        self._exact = _grouped([*sounds, *looks, *english])
        self._weights = _gram_weights([name.grams for name in self._names])
        self._places = _postings(self._names, self._weights)
        self._synonyms = self._synonym_table(synonyms)

    def search(self, text: str, limit: int = 5) -> list[Found]:
        """Items for a question in free words, nearest first; empty when nothing is near."""
        asked = readings_of_request(text[:LONGEST])
        return self._ranked(self._named(asked) or self._nearest(asked[-1]), limit)

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
        return self._first(self._lookup, asked) or self._first(self._by_synonym, asked)

    def _first(
        self, look: Callable[[str], dict[int, float]], names: Sequence[str]
    ) -> dict[int, float]:
        return next((found for found in map(look, names) if found), {})

    def _lookup(self, asked: str) -> dict[int, float]:
        if not surface_key(asked):
            return {}
        surface, key = surface_key(asked), self._key(asked)
        same = {i for one in (surface, key, english_key(asked)) for i in self._exact.get(one, ())}
        return {i: 1.0 + self._nearness(self._items[i].name, surface, key) for i in same}

    def _nearness(self, name: str, surface: str, key: str) -> float:
        """Orders items of one sound: the whole name before names shared outside brackets."""
        return 0.002 * (surface_key(name) == surface) + 0.001 * (self._key(name) == key)

    def _by_synonym(self, asked: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for other in self._synonyms.get(self._key(asked), ()):
            found.update(dict.fromkeys(self._lookup(other), SYNONYM))
        return found

    def _nearest(self, asked: str) -> dict[int, float]:
        key = self._key(asked)
        surface = surface_key(asked)
        grams = _grams(surface) | _grams(key)
        likeness = self._cosines(grams)
        found: dict[int, float] = {}
        for place in np.argsort(-likeness, kind="stable")[:NEAR]:
            name = self._names[int(place)]
            alike = max(letters_alike(key, name.key), letters_alike(surface, name.surface))
            score = GRAMS_SHARE * float(likeness[place]) + (1 - GRAMS_SHARE) * alike
            if score >= FLOOR:
                found[name.item] = max(found.get(name.item, 0.0), min(score, 0.99))
        return found

    def _cosines(self, grams: frozenset[str]) -> Vector:
        scores = np.zeros(len(self._names), dtype=np.float32)
        unknown = max(self._weights.values(), default=1.0)
        length = sqrt(sum(self._weights.get(gram, unknown) ** 2 for gram in grams)) or 1.0
        for gram in grams & self._places.keys():
            places, values = self._places[gram]
            scores[places] += values * np.float32(self._weights[gram] / length)
        return scores

    def _of(self, number: int, item: Item) -> list[_Name]:
        names = {}
        for text in _japanese(item):
            key = reading_key(text, self._reading)
            surface = surface_key(text)
            names[key] = _Name(number, key, surface, _grams(surface) | _grams(key))
        return [name for key, name in names.items() if key]

    def _key(self, text: str) -> str:
        return reading_key(text, self._reading)

    def _synonym_table(self, groups: Iterable[Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
        table: dict[str, tuple[str, ...]] = {}
        for group in groups:
            for word in group:
                others = tuple(other for other in group if other != word)
                table[self._key(word)] = table.get(self._key(word), ()) + others
        return table


def letters_alike(left: str, right: str) -> float:
    """1 minus the share of letters to change, add or drop to turn one into the other."""
    longest = max(len(left), len(right))
    if not longest:
        return 0.0
    before = list(range(len(right) + 1))
    for i, letter in enumerate(left, start=1):
        now = [i]
        for j, other in enumerate(right, start=1):
            now.append(min(before[j] + 1, now[-1] + 1, before[j - 1] + (letter != other)))
        before = now
    return 1 - before[-1] / longest


def _spellings(item: Item) -> list[str]:
    return [*_japanese(item), *item.english]


def _japanese(item: Item) -> list[str]:
    """Names that are read aloud; English ones would sound like other Japanese items."""
    names = [item.name, item.kana, *item.aliases]
    return [name for text in names for name in {text: 0, without_brackets(text): 0} if name]


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + n] for n in GRAMS for i in range(len(text) - n + 1))


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    groups: dict[str, dict[int, None]] = {}
    for key, number in pairs:
        groups.setdefault(key, {})[number] = None
    return {key: tuple(numbers) for key, numbers in groups.items()}


def _gram_weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    seen: dict[str, int] = {}
    for bag in bags:
        for gram in bag:
            seen[gram] = seen.get(gram, 0) + 1
    return {gram: log(1 + len(bags) / count) * len(gram) for gram, count in seen.items()}


def _postings(
    names: Sequence[_Name], weights: Mapping[str, float]
) -> dict[str, tuple[npt.NDArray[np.int32], Vector]]:
    rows: dict[str, list[tuple[int, float]]] = {}
    for place, name in enumerate(names):
        length = sqrt(sum(weights[gram] ** 2 for gram in name.grams)) or 1.0
        for gram in name.grams:
            rows.setdefault(gram, []).append((place, weights[gram] / length))
    return {
        gram: (
            np.array([place for place, _ in row], dtype=np.int32),
            np.array([value for _, value in row], dtype=np.float32),
        )
        for gram, row in rows.items()
    }

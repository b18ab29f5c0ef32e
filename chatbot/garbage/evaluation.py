"""Measures the item search against queries whose right item is known."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from unicodedata import normalize

from chatbot.garbage.matching import ItemSearch
from chatbot.garbage.names import IN_BRACKETS, without_brackets
from chatbot.garbage.reading import surface_key


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query found, best first, and how long it took."""

    query: str
    expected: str
    names: tuple[str, ...]
    milliseconds: float

    def hit(self, depth: int) -> bool:
        """The expected item or another row of the same name; expecting nothing, none found."""
        if not self.expected:
            return not self.names
        return any(same_name(name, self.expected, self.query) for name in self.names[:depth])


def same_name(name: str, expected: str, query: str) -> bool:
    """Whether a row found is the one expected, or another row of its name.

    Rows いす(木製) and いす(金属) are of one name, いす; but whoever asks for a variant by what
    stands in its brackets has to get that one.
    """
    if surface_key(name) == surface_key(expected):
        return True
    alone = surface_key(without_brackets(expected))
    variant = [surface_key(text) for text in IN_BRACKETS.findall(normalize("NFKC", expected))]
    asked = surface_key(query)
    if not alone or any(text and text in asked for text in variant):
        return False
    return surface_key(without_brackets(name)) == alone


def ask_all(
    search: ItemSearch,
    queries: Sequence[tuple[str, str]],
    clock: Callable[[], float] = time.perf_counter,
) -> list[Outcome]:
    """Every query with what it found; `clock` counts seconds."""
    return [_ask(search, query, expected, clock) for query, expected in queries]


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """hit@1, hit@5, number of queries and the middle time in milliseconds."""
    count = max(1, len(outcomes))
    return {
        "hit@1": round(sum(one.hit(1) for one in outcomes) / count, 4),
        "hit@5": round(sum(one.hit(5) for one in outcomes) / count, 4),
        "queries": len(outcomes),
        "p50_ms": round(median([one.milliseconds for one in outcomes] or [0.0]), 3),
    }


def _ask(search: ItemSearch, query: str, expected: str, clock: Callable[[], float]) -> Outcome:
    begin = clock()
    found = search.search(query, limit=5)
    took = (clock() - begin) * 1000
    return Outcome(query, expected, tuple(one.item.name for one in found), took)

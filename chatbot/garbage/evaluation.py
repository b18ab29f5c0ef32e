"""Measures the item search against queries whose right item is known."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from chatbot.garbage.matching import ItemSearch


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
        return self.expected in self.names[:depth]


def ask_all(search: ItemSearch, queries: Sequence[tuple[str, str]]) -> list[Outcome]:
    return [_ask(search, query, expected) for query, expected in queries]


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """hit@1, hit@5, number of queries and the middle time in milliseconds."""
    count = max(1, len(outcomes))
    return {
        "hit@1": round(sum(one.hit(1) for one in outcomes) / count, 4),
        "hit@5": round(sum(one.hit(5) for one in outcomes) / count, 4),
        "queries": len(outcomes),
        "p50_ms": round(median([one.milliseconds for one in outcomes] or [0.0]), 3),
    }


def _ask(search: ItemSearch, query: str, expected: str) -> Outcome:
    begin = time.perf_counter()
    found = search.search(query, limit=5)
    took = (time.perf_counter() - begin) * 1000
    return Outcome(query, expected, tuple(one.item.name for one in found), took)

"""Nearness of names by the runs of letters they share; finds the few worth a closer look."""

from collections.abc import Mapping, Sequence
from math import log, sqrt

import numpy as np
import numpy.typing as npt

SIZES = (1, 2, 3)

Vector = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]


def grams(*texts: str) -> frozenset[str]:
    """Runs of one to three letters."""
    return frozenset(
        text[i : i + n] for text in texts for n in SIZES for i in range(len(text) - n + 1)
    )


class Gramdex:
    """Bags of grams; built once, then only read."""

    def __init__(self, bags: Sequence[frozenset[str]]) -> None:
        self._count = len(bags)
        self._weights = _weights(bags)
        self._unknown = max(self._weights.values(), default=1.0)
        self._places = _postings(bags, self._weights)

    def nearest(self, bag: frozenset[str], count: int) -> list[tuple[int, float]]:
        """The nearest bags with their cosine, 1 = the same; those that share nothing left out."""
        scores: Vector = np.zeros(self._count, dtype=np.float32)
        length = sqrt(sum(self._weights.get(gram, self._unknown) ** 2 for gram in bag)) or 1.0
        for gram in sorted(bag & self._places.keys()):
            places, values = self._places[gram]
            scores[places] += values * np.float32(self._weights[gram] / length)
        if not self._count:
            return []
        top = np.argpartition(-scores, min(count, self._count) - 1)[:count]
        # The same order for the same scores, whatever the machine.
        ranked = sorted(((int(p), float(scores[p])) for p in top), key=lambda t: (-t[1], t[0]))
        return [(place, score) for place, score in ranked if score > 0]


def _weights(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    seen: dict[str, int] = {}
    for bag in bags:
        for gram in bag:
            seen[gram] = seen.get(gram, 0) + 1
    return {gram: log(1 + len(bags) / count) * len(gram) for gram, count in seen.items()}


def _postings(
    bags: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> dict[str, tuple[Places, Vector]]:
    rows: dict[str, list[tuple[int, float]]] = {}
    for place, bag in enumerate(bags):
        # In order, so that the sum of small numbers is the same in every process.
        length = sqrt(sum(weights[gram] ** 2 for gram in sorted(bag))) or 1.0
        for gram in bag:
            rows.setdefault(gram, []).append((place, weights[gram] / length))
    return {
        gram: (
            np.array([place for place, _ in row], dtype=np.int32),
            np.array([value for _, value in row], dtype=np.float32),
        )
        for gram, row in rows.items()
    }

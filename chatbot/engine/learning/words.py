"""Places bags of words so that texts with related words lie near each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.engine.bridge import unit
from chatbot.engine.vectors import Vectors

WIDTH = 256
# The question of a written entry says more than a word of its answer.
QUESTION_TIMES = 3
# Common directions ("application", "desk") count a little less than rare ones.
EVENING = 0.15
# A few rounds of orthogonal iteration come near enough to the largest directions.
ROUNDS = 4
SPARE = 32
PART = 256
SEED = 20261120


@dataclass(frozen=True, slots=True)
class Bag:
    """Words of one document: of its question and of its answer, each as often as it stands."""

    question: Sequence[str]
    answer: Sequence[str]


@dataclass(frozen=True, slots=True)
class WordSpace:
    """Latent semantic analysis of one set of documents (Deerwester et al. 1990).

    places numbers the words in order; weights tells how rare each is; turn is (words, directions),
    of half precision once it was kept.
    """

    places: Mapping[str, int]
    weights: Vectors
    turn: Vectors

    def question(self, words: Sequence[str]) -> Vectors:
        """Where these words lie (directions,), of length 1; zeros where none is known."""
        known = sorted({self.places[word] for word in words if word in self.places})
        turn = self.turn[known].astype(np.float32)
        return unit(np.asarray(self.weights[known] @ turn, dtype=np.float32))

    def documents(self, bags: Sequence[Bag]) -> Vectors:
        """Where the documents lie (documents, directions), each of length 1."""
        parts = [part @ self.turn for part in _rows(bags, self.places, self.weights)]
        empty = np.zeros((0, self.turn.shape[1]), dtype=np.float32)
        return unit(np.concatenate([empty, *parts]))


def word_space(bags: Sequence[Bag]) -> WordSpace:
    """The space of these documents; the same documents give the same space."""
    seen = Counter(word for bag in bags for word in {*bag.question, *bag.answer})
    vocabulary = sorted(seen)
    places = {word: place for place, word in enumerate(vocabulary)}
    times = np.array([seen[word] for word in vocabulary], dtype=np.float32)
    weights = np.log(1 + (len(bags) - times + 0.5) / (times + 0.5)).astype(np.float32)
    return WordSpace(places, weights, _directions(bags, places, weights))


def _directions(bags: Sequence[Bag], places: Mapping[str, int], weights: Vectors) -> Vectors:
    width = min(WIDTH, len(places), len(bags))
    spare = min(len(places), width + SPARE)
    start = np.random.default_rng(SEED).standard_normal((len(places), spare))
    turned: Vectors = start.astype(np.float32)
    for _ in range(ROUNDS):
        basis = np.linalg.qr(turned)[0]
        turned = np.zeros_like(basis)
        for part in _rows(bags, places, weights):
            turned += part.T @ (part @ basis)
    small = basis.T @ turned
    values, inner = np.linalg.eigh((small + small.T) / 2)
    kept = np.argsort(-values)[:width]
    scale = np.maximum(values[kept], 1e-6) ** -EVENING
    found: Vectors = ((basis @ inner[:, kept]) * scale).astype(np.float32)
    return found


def _rows(bags: Sequence[Bag], places: Mapping[str, int], weights: Vectors) -> Iterator[Vectors]:
    # In parts: the whole table of documents and words is too large to hold.
    for start in range(0, len(bags), PART):
        part = bags[start : start + PART]
        rows = np.zeros((len(part), len(places)), dtype=np.float32)
        for row, bag in zip(rows, part, strict=True):
            counted = Counter(bag.answer)
            for word in bag.question:
                counted[word] += QUESTION_TIMES
            for word, times in counted.items():
                if word in places:
                    row[places[word]] = np.log1p(times)
        yield unit(rows * weights)

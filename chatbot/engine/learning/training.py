"""Learns from labelled questions: aliases from the first one, more from enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from chatbot.engine.learning.adapter import Lessons, learn
from chatbot.engine.learning.model import Label, LearnedModel, digest_of, name_of
from chatbot.engine.learning.space import Space, describe, space_of
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder, Vectors

# With fewer labels a turn would learn them by heart (measured: about 150 pay).
FEWEST_LABELS = 150
# The learned score has this spread beside the score without labels (0 to about 1).
SPREAD = 0.17


class Labelled(Protocol):
    """A question and the grades of its right answers: key to 1 (relevant) or 2 (right)."""

    @property
    def query(self) -> str: ...

    @property
    def grades(self) -> dict[str, int]: ...


@dataclass(frozen=True)
class Ground:
    """Documents put into their space once, so that several trainings can share it."""

    documents: Sequence[Document]
    analyzer: Analyzer
    encoder: Encoder
    synonyms: Sequence[Sequence[str]]
    space: Space
    places: Vectors

    @cached_property
    def ranker(self) -> Ranker:
        """How they are ranked without labels; only many labels need it."""
        return Ranker(self.documents, self.analyzer, self.synonyms, self.encoder)


def prepare_ground(
    documents: Sequence[Document],
    analyzer: Analyzer,
    encoder: Encoder,
    synonyms: Sequence[Sequence[str]] = (),
) -> Ground:
    """Documents put into the space that they make."""
    described = describe(documents, analyzer, encoder)
    space = space_of(described)
    places = space.documents(described)
    return Ground(documents, analyzer, encoder, synonyms, space, places)


def train(
    documents: Sequence[Document],
    labelled: Sequence[Labelled],
    analyzer: Analyzer,
    encoder: Encoder,
    synonyms: Sequence[Sequence[str]] = (),
) -> LearnedModel:
    """What these labels teach about these documents; the same input gives the same model."""
    return train_on(prepare_ground(documents, analyzer, encoder, synonyms), labelled)


def train_on(ground: Ground, labelled: Sequence[Labelled]) -> LearnedModel:
    """What these labels teach on a ground that was prepared."""
    keys = {one.key for one in ground.documents}
    kept = [
        (one.query, {k: g for k, g in sorted(one.grades.items()) if g > 0 and k in keys})
        for one in labelled
    ]
    kept = sorted((one for one in kept if one[1]), key=lambda one: (one[0], sorted(one[1].items())))
    queries = [query for query, _ in kept]
    places = _places(ground, queries)
    labels = tuple(
        Label(name_of(query), place, grades)
        for (query, grades), place in zip(kept, places, strict=True)
    )
    enough = len(labels) >= FEWEST_LABELS
    turn = _turn(ground, queries, labels) if enough else np.zeros((0, 0), dtype=np.float32)
    digests = [digest_of(one) for one in ground.documents]
    known = dict(zip(digests, ground.places, strict=True))
    return LearnedModel(ground.space, known, labels, turn)


def _places(ground: Ground, queries: Sequence[str]) -> Vectors:
    if not queries:
        return np.zeros((0, ground.space.width), dtype=np.float32)
    vectors = np.stack([ground.encoder.question(query) for query in queries])
    return ground.space.questions(vectors, [ground.analyzer.words(query) for query in queries])


def _turn(ground: Ground, queries: Sequence[str], labels: Sequence[Label]) -> Vectors:
    column = {one.key: place for place, one in enumerate(ground.documents)}
    right = np.zeros((len(labels), len(column)), dtype=np.float32)
    for row, label in zip(right, labels, strict=True):
        for key, grade in label.grades.items():
            row[column[key]] = grade
        row /= row.sum()
    asked = np.stack([label.place for label in labels])
    before = np.stack([ground.ranker.signals(query).fused for query in queries])
    turn = learn(Lessons(asked, right, before), ground.places)
    spread = float(((asked @ turn) @ ground.places.T).std())
    return np.asarray(turn * (SPREAD / max(spread, 1e-9)), dtype=np.float32)

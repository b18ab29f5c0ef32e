"""Learns from labelled questions: aliases from the first one, more from enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chatbot.engine.learning.adapter import Lessons, learn
from chatbot.engine.learning.model import Label, LearnedModel, digest_of, name_of
from chatbot.engine.learning.space import Space, describe, space_of
from chatbot.engine.ranking import Document
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder, Vectors

# With fewer labels a turn would learn them by heart (measured: about 150 pay).
FEWEST_LABELS = 150
# The learned score has this spread beside the score without labels (0 to about 1).
SPREAD = 0.15


class Labelled(Protocol):
    """A question and the grades of its right answers: key to 1 (relevant) or 2 (right)."""

    @property
    def query(self) -> str: ...

    @property
    def grades(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """Documents put into their space once, so that several trainings can share it."""

    keys: Sequence[str]
    digests: Sequence[str]
    space: Space
    places: Vectors


def prepare_ground(documents: Sequence[Document], analyzer: Analyzer, encoder: Encoder) -> Ground:
    """Documents put into the space that they make."""
    described = describe(documents, analyzer, encoder)
    space = space_of(described)
    return Ground(
        [one.key for one in documents],
        [digest_of(one) for one in documents],
        space,
        space.documents(described),
    )


def train(
    documents: Sequence[Document],
    labelled: Sequence[Labelled],
    analyzer: Analyzer,
    encoder: Encoder,
) -> LearnedModel:
    """What these labels teach about these documents; the same input gives the same model."""
    return train_on(prepare_ground(documents, analyzer, encoder), labelled, analyzer, encoder)


def train_on(
    ground: Ground, labelled: Sequence[Labelled], analyzer: Analyzer, encoder: Encoder
) -> LearnedModel:
    keys = set(ground.keys)
    kept = [
        (one.query, {k: g for k, g in sorted(one.grades.items()) if g > 0 and k in keys})
        for one in labelled
    ]
    kept = sorted((one for one in kept if one[1]), key=lambda one: (one[0], sorted(one[1].items())))
    places = _places(ground.space, [query for query, _ in kept], analyzer, encoder)
    labels = tuple(
        Label(name_of(query), place, grades)
        for (query, grades), place in zip(kept, places, strict=True)
    )
    enough = len(labels) >= FEWEST_LABELS
    turn = _turn(ground, labels) if enough else np.zeros((0, 0), dtype=np.float32)
    known = dict(zip(ground.digests, ground.places, strict=True))
    return LearnedModel(ground.space, known, labels, turn)


def _places(space: Space, queries: Sequence[str], analyzer: Analyzer, encoder: Encoder) -> Vectors:
    if not queries:
        return np.zeros((0, space.width), dtype=np.float32)
    vectors = np.stack([encoder.question(query) for query in queries])
    return space.questions(vectors, [analyzer.words(query) for query in queries])


def _turn(ground: Ground, labels: Sequence[Label]) -> Vectors:
    column = {key: place for place, key in enumerate(ground.keys)}
    right = np.zeros((len(labels), len(ground.keys)), dtype=np.float32)
    for row, label in zip(right, labels, strict=True):
        for key, grade in label.grades.items():
            row[column[key]] = grade
        row /= row.sum()
    asked = np.stack([label.place for label in labels])
    turn = learn(Lessons(asked, right, np.ones(len(labels), dtype=np.float32)), ground.places)
    spread = float(((asked @ turn) @ ground.places.T).std())
    return np.asarray(turn * (SPREAD / max(spread, 1e-9)), dtype=np.float32)

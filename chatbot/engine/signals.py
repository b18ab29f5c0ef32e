"""What is known about a question and every document, and the score made of it without labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chatbot.engine.index import Scores
from chatbot.engine.vectors import Vectors

# Lexical: share of the question's information that the document holds. phrase: likeness to its
# nearest written phrase. The rest are cosines: question and answer over the bridge ("asked",
# "answer"), question plainly, the nearest sentence, the nearest alias.
NAMES = ("lexical", "phrase", "question", "asked", "answer", "sentence", "alias")
PHRASE_WEIGHT = 0.4
LEAST_WORDS = 0.35
# Measured on a public set of 1,786 entries; the surface is flat around these values.
WEIGHTS = {"asked": 1.4, "answer": 1.0, "sentence": 0.3}


@dataclass(frozen=True, slots=True)
class Signals:
    """Columns by name, one value a document in the ranker's order; fused orders them."""

    vector: Vectors | None
    columns: Mapping[str, Scores]
    fused: Scores


class Learned(Protocol):
    """Somebody who was taught by labels how to order."""

    def scores(self, question: str, signals: Signals) -> Scores:
        """One score a document in the ranker's order, on the scale of signals.fused."""
        ...


def fuse(columns: Mapping[str, Scores]) -> Scores:
    """The score without labels, 0 nothing to about 1."""
    words = columns["lexical"] + PHRASE_WEIGHT * columns["phrase"]
    if "asked" not in columns:
        return words
    # Scaled to the best, unless even the best holds next to nothing of the question.
    fused = words / max(float(words.max(initial=0.0)), LEAST_WORDS)
    for name, weight in WEIGHTS.items():
        fused = fused + weight * columns[name]
    return (fused / (1 + sum(WEIGHTS.values()))).astype(np.float32)


def as_matrix(columns: Mapping[str, Scores], names: Sequence[str] = NAMES) -> Scores:
    """The columns side by side (documents, names); what is not known is 0."""
    size = len(columns["lexical"])
    empty = np.zeros(size, dtype=np.float32)
    return np.stack([columns.get(name, empty) for name in names], axis=1)

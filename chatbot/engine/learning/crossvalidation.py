"""Measures what labels teach by training on some folds and asking the others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chatbot.engine.evaluation import Judged
from chatbot.engine.learning.apart import train_apart
from chatbot.engine.learning.training import Labelled
from chatbot.engine.memory import give_back
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder

# Deep enough for every figure; the reciprocal rank of what lies deeper is next to nothing.
DEPTH = 100


class Folded(Labelled, Protocol):
    """A labelled question with its fold."""

    @property
    def fold(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Rankings of every question by what the other folds teach, and milliseconds of each.

    Both are in the order of the questions. without are the rankings without any label of those
    questions whose answers have none in the other folds, in their order.
    """

    judged: list[Judged]
    times: list[float]
    without: list[Judged]


def ask_folds(
    documents: Sequence[Document],
    queries: Sequence[Folded],
    analyzer: Analyzer,
    synonyms: Sequence[Sequence[str]],
    encoder: Encoder,
) -> Asked:
    """Trains on all folds but one and asks that one, for each of them."""
    folds = sorted({one.fold for one in queries})
    lessons = [[one for one in queries if one.fold != fold] for fold in folds]
    models = train_apart(documents, lessons, analyzer.stop_words, synonyms, encoder.folder)
    ranker = Ranker(documents, analyzer, synonyms, encoder)
    judged: dict[int, Judged] = {}
    times: dict[int, float] = {}
    for fold in folds:
        # The last one goes before the next comes: one is held at a time.
        ranker.learned = None
        give_back()
        ranker.learned = next(models).bind(documents, analyzer, encoder)
        for place, one in enumerate(queries):
            if one.fold == fold:
                judged[place], times[place] = _asked(ranker, one)
    ranker.learned = None
    new = [one for one, alone in zip(queries, unseen(queries), strict=True) if alone]
    order = range(len(queries))
    return Asked(
        [judged[i] for i in order],
        [times[i] for i in order],
        [_asked(ranker, one)[0] for one in new],
    )


def unseen(queries: Sequence[Folded]) -> list[bool]:
    """Of each question whether none of its answers has a label in the other folds."""
    labelled = {
        fold: {key for one in queries if one.fold != fold for key, g in one.grades.items() if g > 0}
        for fold in {one.fold for one in queries}
    }
    return [
        labelled[one.fold].isdisjoint(key for key, g in one.grades.items() if g > 0)
        for one in queries
    ]


def _asked(ranker: Ranker, one: Folded) -> tuple[Judged, float]:
    begin = time.perf_counter()
    matches = ranker.rank(one.query, DEPTH)
    took = (time.perf_counter() - begin) * 1000
    return Judged([match.key for match in matches], one.grades), took

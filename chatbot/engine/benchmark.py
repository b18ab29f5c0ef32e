"""Runs a ranking over files of questions with graded answers and says how well it did."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from chatbot.engine.evaluation import Judged, measure
from chatbot.engine.learning.crossvalidation import Asked, ask_folds, unseen
from chatbot.engine.memory import most_held_mb
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder

# Deep enough for every figure; the reciprocal rank of what lies deeper is next to nothing.
DEPTH = 100
APART = ("sr@1", "sr@3", "sr@5", "mrr", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the grades of its right answers and its fold of cross-validation."""

    query: str
    grades: dict[str, int]
    fold: int = 0


def read_documents(path: Path) -> list[Document]:
    """Documents of a JSON-lines file with id, question, answer and, if given, aliases."""
    return [
        Document(str(row["id"]), row["question"], tuple(row.get("aliases", ())), row["answer"])
        for row in _rows(path)
    ]


def read_queries(path: Path) -> list[Labelled]:
    """Questions of a JSON-lines file with query, rel (id to grade) and, if given, fold."""
    return [
        Labelled(row["query"], {str(k): int(v) for k, v in row["rel"].items()}, row.get("fold", 0))
        for row in _rows(path)
    ]


def evaluate(
    documents: Sequence[Document],
    queries: Sequence[Labelled],
    analyzer: Analyzer,
    synonyms: Sequence[Sequence[str]],
    encoder: Encoder | None = None,
) -> dict[str, float]:
    """The figures without labels: no question has seen another's answer."""
    ranker = Ranker(documents, analyzer, synonyms, encoder)
    judged, times = _ask(ranker, queries)
    return _figures(judged, times)


def evaluate_folds(
    documents: Sequence[Document],
    queries: Sequence[Labelled],
    analyzer: Analyzer,
    synonyms: Sequence[Sequence[str]],
    encoder: Encoder | None = None,
) -> dict[str, float]:
    """The figures with labels, cross-validated: asked by what the other folds teach.

    seen_ are questions with a labelled answer, unseen_ those without, unseen_plain_ the latter
    ranked without any label. Without an encoder the other folds' questions become aliases and no
    more is learned.
    """
    if encoder:
        done = ask_folds(documents, queries, analyzer, synonyms, encoder)
        return {**_figures(done.judged, done.times), **_apart(done, unseen(queries))}
    judged: list[Judged] = []
    times: list[float] = []
    for fold in sorted({one.fold for one in queries}):
        taught = with_aliases(documents, [one for one in queries if one.fold != fold])
        asked = [one for one in queries if one.fold == fold]
        part, took = _ask(Ranker(taught, analyzer, synonyms), asked)
        judged += part
        times += took
    return _figures(judged, times)


def with_aliases(documents: Sequence[Document], labels: Sequence[Labelled]) -> list[Document]:
    """The documents with labelled questions as aliases of the answers that hold the right thing."""
    more: dict[str, list[str]] = {}
    for label in labels:
        best = max(label.grades.values(), default=0)
        for key in (key for key, grade in label.grades.items() if grade == best > 0):
            more.setdefault(key, []).append(label.query)
    return [
        Document(one.key, one.question, (*one.aliases, *more.get(one.key, ())), one.answer)
        for one in documents
    ]


def _ask(ranker: Ranker, queries: Sequence[Labelled]) -> tuple[list[Judged], list[float]]:
    judged, times = [], []
    for one in queries:
        begin = time.perf_counter()
        matches = ranker.rank(one.query, DEPTH)
        times.append((time.perf_counter() - begin) * 1000)
        judged.append(Judged([match.key for match in matches], one.grades))
    return judged, times


def _figures(judged: Sequence[Judged], times: Sequence[float]) -> dict[str, float]:
    cuts = quantiles(times, n=20) if len(times) > 1 else [*times, 0.0] * 10
    return {
        **measure(judged),
        "queries": len(judged),
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
        "rss_mb": most_held_mb(),
    }


def _apart(done: Asked, new: Sequence[bool]) -> dict[str, float]:
    parts = {
        "seen": [one for one, alone in zip(done.judged, new, strict=True) if not alone],
        "unseen": [one for one, alone in zip(done.judged, new, strict=True) if alone],
        "unseen_plain": done.without,
    }
    return {
        f"{part}_{name}": value
        for part, judged in parts.items()
        if judged
        for name, value in measure(judged).items()
        if name in APART
    }


def _rows(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]

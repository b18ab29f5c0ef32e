"""Measures a ranking against questions whose right answers are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

# Grade 2 holds the right information, grade 1 is relevant; both count as found.
RELEVANT = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: its ranked answers, best first, and the grade of each known answer."""

    ranking: Sequence[str]
    grades: Mapping[str, int]


def measure(judged: Sequence[Judged]) -> dict[str, float]:
    """Success at 1, 3, 5, mean reciprocal rank, nDCG@10 (linear gain), recall@10."""
    figures = {
        "sr@1": [success(one, 1) for one in judged],
        "sr@3": [success(one, 3) for one in judged],
        "sr@5": [success(one, 5) for one in judged],
        "mrr": [reciprocal_rank(one) for one in judged],
        "ndcg@10": [ndcg(one, 10) for one in judged],
        "recall@10": [recall(one, 10) for one in judged],
    }
    return {name: round(sum(values) / max(1, len(values)), 4) for name, values in figures.items()}


def success(one: Judged, depth: int) -> float:
    return float(any(_grade(one, key) >= RELEVANT for key in one.ranking[:depth]))


def reciprocal_rank(one: Judged) -> float:
    for rank, key in enumerate(one.ranking, start=1):
        if _grade(one, key) >= RELEVANT:
            return 1 / rank
    return 0.0


def ndcg(one: Judged, depth: int) -> float:
    gained = [_grade(one, key) for key in one.ranking[:depth]]
    ideal = _discounted(sorted(one.grades.values(), reverse=True)[:depth])
    return _discounted(gained) / ideal if ideal else 0.0


def recall(one: Judged, depth: int) -> float:
    right = {key for key, grade in one.grades.items() if grade >= RELEVANT}
    return len(right & set(one.ranking[:depth])) / len(right) if right else 0.0


def precision_at_coverage(hits: Sequence[tuple[float, bool]], share: float) -> float:
    """Of the surest share of questions, how many had the right answer first.

    hits pairs the confidence in the first answer with whether it was right.
    """
    surest = sorted(hits, key=lambda hit: -hit[0])[: max(1, round(len(hits) * share))]
    return round(sum(right for _, right in surest) / max(1, len(surest)), 4)


def _grade(one: Judged, key: str) -> int:
    return one.grades.get(key, 0)


def _discounted(grades: Sequence[int]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, start=1))

"""Figures of the survey by task and month; small groups are not shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

FEWEST = 5  # answers; below it somebody who knows who was there could tell who said what
EASY, SATISFIED = 5, 4  # and above count as easy, as satisfied


@dataclass(frozen=True)
class Answer:
    """One answer as it is kept."""

    day: date
    task: str
    ease: int
    satisfaction: int | None
    words: str | None = None


@dataclass(frozen=True)
class Score:
    """One question in one group: None for everything where fewer than FEWEST answered."""

    count: int | None
    mean: float | None
    share: float | None  # of the answers that count as good, 0 to 1


@dataclass(frozen=True)
class Line:
    """One task in one month; `month` is blank for the sum of the months that are shown."""

    task: str
    month: str
    ease: Score
    satisfaction: Score


HIDDEN = Score(None, None, None)


def score(values: Sequence[int], good: int) -> Score:
    """Count, mean and share of good answers; hidden when there are too few."""
    if len(values) < FEWEST:
        return HIDDEN
    return Score(
        len(values),
        round(sum(values) / len(values), 2),
        round(sum(value >= good for value in values) / len(values), 3),
    )


def lines(answers: Iterable[Answer]) -> list[Line]:
    """Months newest first, then the sum of each task.

    The sum leaves out what is hidden: else the hidden month were the sum less the shown ones.
    """
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.task, f"{answer.day:%Y-%m}"].append(answer)
    months = [Line(task, month, *_scores(found, found)) for (task, month), found in groups.items()]
    months.sort(key=lambda line: (line.month, line.task), reverse=True)
    sums = [_sum(task, months, groups) for task in sorted({task for task, _ in groups})]
    return sums + months


def _scores(ease: list[Answer], satisfaction: list[Answer]) -> tuple[Score, Score]:
    said = [one.satisfaction for one in satisfaction if one.satisfaction is not None]
    return score([one.ease for one in ease], EASY), score(said, SATISFIED)


def _sum(task: str, months: list[Line], groups: dict[tuple[str, str], list[Answer]]) -> Line:
    mine = [line for line in months if line.task == task]
    ease = [a for x in mine if x.ease.count for a in groups[task, x.month]]
    satisfaction = [a for x in mine if x.satisfaction.count for a in groups[task, x.month]]
    return Line(task, "", *_scores(ease, satisfaction))


def words_of(answers: Iterable[Answer]) -> dict[str, list[str]]:
    """Words by task, in alphabetical order (the order of arrival tells who), five or none."""
    found: dict[str, list[str]] = defaultdict(list)
    for answer in answers:
        if answer.words:
            found[answer.task].append(answer.words)
    return {task: sorted(words) for task, words in found.items() if len(words) >= FEWEST}

"""The accuracy report: month by month, what was answered and how much of it rightly. Pure.

Answered and right are different things: the report never adds a wrong answer to what was answered
rightly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import sqrt

AT_ONCE = frozenset({"answer", "garbage"})
ALL = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Turns of one month, face, kind and category, added up."""

    month: date
    channel: str
    kind: str
    category: str
    picked: bool
    times: int
    solved: int
    unsolved: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Marks of staff on the month's random sample, added up."""

    month: date
    channel: str
    category: str
    seen: bool
    mark: str
    times: int


@dataclass(slots=True)
class Line:
    """One line of the report; channel and category "" are all of them."""

    month: date
    channel: str = ALL
    category: str = ALL
    asked: int = 0
    at_once: int = 0
    picked: int = 0
    unknown: int = 0
    solved: int = 0
    unsolved: int = 0
    right: int = 0
    partly: int = 0
    wrong: int = 0
    right_seen: int = 0
    judged_seen: int = 0

    @property
    def judged(self) -> int:
        return self.right + self.partly + self.wrong

    @property
    def answer_rate(self) -> float | None:
        """Answered at once or by a pick, of all questions. Says nothing about being right."""
        # What was not answered has no category, so within one there is no rate.
        return None if self.category else _share(self.at_once + self.picked, self.asked)

    @property
    def correctness(self) -> float | None:
        """Right in the eyes of staff, of the answers of the sample; partly right is not right."""
        return _share(self.right, self.judged)

    @property
    def margin(self) -> tuple[float, float] | None:
        """Between which shares correctness lies with 95 % (Wilson)."""
        return wilson(self.right, self.judged)

    @property
    def rightly_answered(self) -> float | None:
        """Of all questions, how many were answered rightly, as the sample tells."""
        rate, right = self.answer_rate, self.correctness
        return None if rate is None or right is None else round(rate * right, 4)

    @property
    def solved_share(self) -> float | None:
        """ "Solved", of those who said anything."""
        return _share(self.solved, self.solved + self.unsolved)

    @property
    def seen(self) -> float | None:
        return _share(self.right_seen, self.judged_seen)

    @property
    def unseen(self) -> float | None:
        return _share(self.right - self.right_seen, self.judged - self.judged_seen)


def report(parts: Iterable[Part], judged: Iterable[Judged]) -> list[Line]:
    """Lines, the newest month first: all, then each face, then each category."""
    found: dict[tuple[date, str, str], Line] = {}
    for part in parts:
        for line in _lines(found, part.month, part.channel, part.category):
            _add(line, part)
    for mark in judged:
        for line in _lines(found, mark.month, mark.channel, mark.category):
            _judge(line, mark)
    return sorted(
        found.values(),
        key=lambda one: (-one.month.toordinal(), bool(one.category), one.channel, one.category),
    )


def wilson(right: int, count: int) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson 1927), which also holds for few."""
    if not count:
        return None
    z = 1.96
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    half /= 1 + z * z / count
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def _lines(
    found: dict[tuple[date, str, str], Line], month: date, channel: str, category: str
) -> list[Line]:
    names = {(month, ALL, ALL), (month, channel, ALL)}
    if category:
        names.add((month, ALL, category))
    return [found.setdefault(name, Line(*name)) for name in names]


def _add(line: Line, part: Part) -> None:
    line.solved += part.solved
    line.unsolved += part.unsolved
    if part.picked:
        line.picked += part.times  # the question itself was counted when it was asked
        return
    if part.kind == "small_talk":
        return  # a greeting is no question
    line.asked += part.times
    line.at_once += part.times if part.kind in AT_ONCE else 0
    line.unknown += part.times if part.kind == "unknown" else 0


def _judge(line: Line, mark: Judged) -> None:
    if mark.mark == "unclear":
        return
    setattr(line, mark.mark, getattr(line, mark.mark) + mark.times)
    if mark.seen:
        line.judged_seen += mark.times
        line.right_seen += mark.times if mark.mark == "right" else 0


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None

"""Figures of how right the answers are, and the gate they must pass. Pure.

A wrong answer is never counted as answered: coverage (how many are answered at once) and precision
(how many of these rightly) stand apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any

from chatbot.dialogue import payloads
from chatbot.dialogue.reply import Kind, Reply

AT_ONCE = frozenset({Kind.ANSWER, Kind.GARBAGE, Kind.SMALL_TALK})
HELD_OUT_OF = 3  # one test question of three is never learned from


class UnknownMeasure(ValueError):
    """The gate names something that is not measured."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test question: what was found, best first; sure: it was answered at once."""

    id: str
    wanted: str
    ranking: tuple[str, ...]
    sure: bool
    seen: bool
    ms: float

    @property
    def place(self) -> int | None:
        """Where the right one is, from 1; None where it is not."""
        return self.ranking.index(self.wanted) + 1 if self.wanted in self.ranking else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares between 0 and 1, empty where there was nothing to measure.

    coverage: answered at once; precision: of these rightly; seen, unseen: right at first, of the
    questions whose labels were learned from, and of the others.
    """

    questions: int
    sr1: float | None
    sr3: float | None
    coverage: float | None
    precision: float | None
    seen: float | None
    seen_questions: int
    unseen: float | None
    unseen_questions: int
    p95_ms: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A measure that the gate wants and the figures do not reach; found None: not measured."""

    measure: str
    wanted: float
    found: float | None


MEASURES = {
    "questions": "questions",
    "sr@1": "sr1",
    "sr@3": "sr3",
    "precision": "precision",
    "unseen": "unseen",
    "p95_ms": "p95_ms",
}
AT_MOST = frozenset({"p95_ms"})


def ranking(reply: Reply) -> tuple[str, ...]:
    """The entries a reply leads to, best first."""
    if reply.key:
        return (reply.key,)
    picks = (payloads.read(option.payload) for option in reply.options)
    return tuple(pick.value for pick in picks if pick and pick.value)


def is_sure(reply: Reply) -> bool:
    """Whether the reply answers at once."""
    return reply.kind in AT_ONCE and bool(reply.key)


def held_out(folded: str) -> bool:
    """Whether a question is kept from learning, always the same ones."""
    return hashlib.sha256(folded.encode()).digest()[0] % HELD_OUT_OF == 0


def measure(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of a run."""
    sure = [one for one in outcomes if one.sure]
    seen = [one for one in outcomes if one.seen]
    unseen = [one for one in outcomes if not one.seen]
    return Figures(
        questions=len(outcomes),
        sr1=_share(outcomes, 1),
        sr3=_share(outcomes, 3),
        coverage=round(len(sure) / len(outcomes), 4) if outcomes else None,
        precision=_share(sure, 1),
        seen=_share(seen, 1),
        seen_questions=len(seen),
        unseen=_share(unseen, 1),
        unseen_questions=len(unseen),
        p95_ms=percentile([one.ms for one in outcomes], 95),
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """The nearest-rank percentile; 0 of nothing."""
    ranked = sorted(values)
    return round(ranked[max(0, ceil(len(ranked) * percent / 100) - 1)], 2) if ranked else 0.0


def read_gate(written: str) -> dict[str, float]:
    """The setting ANSWERS_GATE: "sr@1=0.6 p95_ms=50". Raises UnknownMeasure."""
    gate: dict[str, float] = {}
    for part in written.split():
        name, _, value = part.partition("=")
        if name not in MEASURES:
            raise UnknownMeasure(part)
        try:
            gate[name] = float(value)
        except ValueError:
            raise UnknownMeasure(part) from None
    return gate


def shortfalls(figures: Figures, gate: dict[str, float]) -> list[Shortfall]:
    """What keeps the gate closed; nothing: it is open."""
    found = ((name, wanted, getattr(figures, MEASURES[name])) for name, wanted in gate.items())
    return [Shortfall(*one) for one in found if not _reached(*one)]


def _reached(name: str, wanted: float, found: float | None) -> bool:
    if found is None:
        return False
    return found <= wanted if name in AT_MOST else found >= wanted


def _share(outcomes: Sequence[Outcome], depth: int) -> float | None:
    if not outcomes:
        return None
    right = sum(one.place is not None and one.place <= depth for one in outcomes)
    return round(right / len(outcomes), 4)

"""Deadlines of an incident, counted from what was written down: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

CAUSES = ("unknown", "machine", "program", "human", "outside", "disaster", "attack")
STEPS = ("notified", "plan", "answer", "agreed", "restored", "final", "note")
WITHIN = {
    "notified": timedelta(minutes=30),
    "plan": timedelta(hours=1),
    "answer": timedelta(hours=48),
}
RESTORED, AGREED, FINAL = "restored", "agreed", "final"


@dataclass(frozen=True)
class Step:
    """What was done, and when."""

    kind: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Deadline:
    """What must be done by when. state: kept, late (done after it), waiting, missed."""

    kind: str
    due: datetime
    done: datetime | None
    state: str


def deadlines(detected: datetime, steps: Iterable[Step], now: datetime) -> list[Deadline]:
    """The three of the contract, and restoring by the time that was agreed on first.

    An agreement that is made anew after the time has passed does not heal that it passed.
    """
    steps = sorted(steps, key=lambda step: step.at)
    found = [_one(kind, detected + within, steps, now) for kind, within in WITHIN.items()]
    agreed = _agreed(steps)
    return [*found, _one(RESTORED, agreed, steps, now)] if agreed else found


def _agreed(steps: list[Step]) -> datetime | None:
    """The agreed time: each newer agreement counts that was made before the older one ran out."""
    due: datetime | None = None
    for step in steps:
        if step.kind == AGREED and step.until and (due is None or step.at <= due):
            due = step.until
    return due


def _one(kind: str, due: datetime, steps: list[Step], now: datetime) -> Deadline:
    done = next((step.at for step in steps if step.kind == kind), None)
    if done is not None:
        state = "kept" if done <= due else "late"
    else:
        state = "waiting" if now <= due else "missed"
    return Deadline(kind, due, done, state)


def state(steps: Iterable[Step]) -> str:
    """open, restored (the report is still to come) or closed."""
    kinds = {step.kind for step in steps}
    if FINAL in kinds:
        return "closed"
    return "restored" if RESTORED in kinds else "open"

"""What may become of a report, when two are about the same thing, how long things are kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    CHECKING = "checking"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    HANDED_OVER = "handed_over"
    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"


OPEN = (State.RECEIVED, State.CHECKING, State.IN_PROGRESS)
CLOSED = (State.DONE, State.HANDED_OVER, State.NOT_OURS, State.DUPLICATE)
# Closed without the reporter knowing why helps nobody (FixMyStreet: "closed" is not "fixed").
NEED_WORDS = (State.HANDED_OVER, State.NOT_OURS)

NEAR_METRES = 50.0
REOPEN_FOR = timedelta(days=30)
UNDO_FOR = timedelta(minutes=15)
TELL_AFTER = timedelta(minutes=2)  # a clerk's slip can be taken back before anybody hears of it
DRAFT_FOR = timedelta(hours=24)
MOST_PICTURES = 3
LONGEST_WORDS = 500
LONGEST_PLACE = 100


def next_states(state: State) -> tuple[State, ...]:
    """What a clerk may make of a report in this state; a closed one is first opened again."""
    if state in CLOSED:
        return (State.CHECKING,)
    later = OPEN[OPEN.index(state) + 1 :]
    return (*later, State.DONE, State.HANDED_OVER, State.NOT_OURS)


def may_become(state: State, wanted: State) -> bool:
    """Whether a clerk may move a report; DUPLICATE is made by naming the other report."""
    if wanted is State.DUPLICATE:
        return state in OPEN
    return wanted in next_states(state)


def may_reopen(state: State, closed_at: datetime | None, now: datetime) -> bool:
    """Whether the reporter may say "it is not mended": 30 days, not for what is another's."""
    return state in (State.DONE, State.NOT_OURS, State.HANDED_OVER) and (
        closed_at is not None and now - closed_at <= REOPEN_FOR
    )


def may_undo(at: datetime, undone: bool, now: datetime) -> bool:
    """Whether the last act may still be taken back as if it had not been."""
    return not undone and now - at <= UNDO_FOR


def may_tell(at: datetime, now: datetime) -> bool:
    """Whether the time to take an act back quietly is over."""
    return now - at >= TELL_AFTER


def pictures_go(closed_at: datetime | None, days: int, now: datetime) -> bool:
    """Whether the pictures of a closed report have been kept long enough."""
    return closed_at is not None and now - closed_at >= timedelta(days=days)


def merges_in_a_ring(report: object, into: object, chain: Collection[object]) -> bool:
    """Whether `report` as a duplicate of `into` would end in itself; `chain`: into's own mains."""
    return report == into or report in chain


def receipt_number(year: int, count: int) -> str:
    """What a reporter can say on the telephone: "26-00012"."""
    return f"{year % 100:02d}-{count:05d}"

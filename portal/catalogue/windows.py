"""A window of days, how it stands today, and which of several windows matters today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

EVER = date.min  # stands for "no beginning" inside the engine
NEVER = date.max  # stands for "no end" inside the engine
SOON_DAYS = 14


class State(StrEnum):
    """How a window stands on a day."""

    FUTURE = "future"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `opens` to `closes`, both inclusive; None is unbounded.

    `late` says that the duty stays after `closes` (a deadline), so a passed window is overdue.
    """

    opens: date | None
    closes: date | None
    late: bool = False

    @property
    def first(self) -> date:
        """`opens` with the unbounded side as the earliest date, for comparing."""
        return self.opens or EVER

    @property
    def last(self) -> date:
        """`closes` with the unbounded side as the latest date, for comparing."""
        return self.closes or NEVER


def window_between(opens: date, closes: date, *, late: bool) -> Window | None:
    """A window of engine dates; None when nothing lies between them."""
    if opens > closes or closes == EVER:
        return None
    return Window(None if opens == EVER else opens, None if closes == NEVER else closes, late=late)


def state_of(window: Window, today: date, soon_days: int = SOON_DAYS) -> State:
    """State of a window; `due_soon` during the last `soon_days` days, the last day included."""
    if today < window.first:
        return State.FUTURE
    if today > window.last:
        return State.OVERDUE if window.late else State.PASSED
    if window.closes is not None and window.closes - today < timedelta(days=soon_days):
        return State.DUE_SOON
    return State.OPEN


def choose(windows: Iterable[Window | None], today: date, *, recurring: bool) -> Window | None:
    """The window that matters today: an open one, else the next of a recurring rule, else nearest.

    "Nearest" keeps milestones readable: a month after the check at 40 people are told that it
    has passed, not that the next one opens in nine years.
    """
    ahead: Window | None = None
    behind: Window | None = None
    current: Window | None = None
    for window in windows:
        if window is None:
            continue
        if window.first > today:
            ahead = window if ahead is None or window.first < ahead.first else ahead
        elif window.last < today:
            behind = window if behind is None or window.last > behind.last else behind
        elif current is None or window.first > current.first:
            current = window
    return current or _nearest(ahead, behind, today, recurring=recurring)


def _nearest(
    ahead: Window | None, behind: Window | None, today: date, *, recurring: bool
) -> Window | None:
    if ahead is None or behind is None:
        return ahead or behind
    wait, gone = ahead.first - today, today - behind.last
    return ahead if recurring or wait <= gone else behind

"""When a backup is due and which generations may go: rules on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

LATE = timedelta(hours=26)  # a daily backup that took this long has failed
DRILL = timedelta(days=365)  # between two drills
AGAIN = timedelta(minutes=30)  # after a failure


def latest_due(moment: datetime, at: str) -> datetime:
    """The last time the daily hour `at` ("02:30", on the clock of `moment`) came."""
    hour, minute = map(int, at.split(":"))
    due = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due <= moment else due - timedelta(days=1)


def base_due(
    moment: datetime, at: str, last_done: datetime | None, last_tried: datetime | None
) -> bool:
    """Each day's, once: at its hour, or as soon as somebody is there; a failed one is repeated."""
    if last_done and last_done >= latest_due(moment, at):
        return False
    return last_tried is None or moment - last_tried >= AGAIN


def wal_due(moment: datetime, seconds: int, last: datetime | None) -> bool:
    """The tick comes once a minute; half a minute early is better than half a minute late."""
    return last is None or moment - last >= timedelta(seconds=seconds - 30)


def overdue(moment: datetime, last_done: datetime | None) -> bool:
    """Whether somebody must be told that the daily backup is missing."""
    return last_done is None or moment - last_done > LATE


def to_forget(good: Sequence[str], kept: int) -> list[str]:
    """Names of generations sort by time; the newest `kept` stay, whatever their age."""
    return sorted(good)[:-kept] if len(good) > kept else []

"""What is a fault, and when somebody is told of it: rules without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MISSES = 2  # looks in a row that fail: one alone is a lost packet
BACKUP_WITHIN = timedelta(hours=26)  # one a day, and two hours to make it
FREE_AT_LEAST = 0.10  # of the disk
AGAIN = timedelta(hours=12)  # a fault that stays is said again, quietly, by mail alone


@dataclass(frozen=True)
class State:
    """What is known of the portal at a moment."""

    failing_jobs: frozenset[str]
    looks: dict[str, Sequence[bool]]  # by page, newest first
    last_backup: datetime | None  # None where none was ever made: not set up yet
    disk_free: float


@dataclass(frozen=True)
class Open:
    """A fault that is known already."""

    fault: str
    told_at: datetime | None


@dataclass(frozen=True)
class Steps:
    """What to do: open and tell, tell again quietly, close and say it is over."""

    new: dict[str, str]
    again: frozenset[str]
    over: frozenset[str]


def faults(state: State, now: datetime) -> dict[str, str]:
    """Fault and detail; details are figures, never anybody's data."""
    found = {f"job:{job}": "" for job in state.failing_jobs}
    for page, looks in state.looks.items():
        if len(looks) >= MISSES and not any(looks[:MISSES]):
            found[f"probe:{page}"] = ""
    if state.last_backup is not None and now - state.last_backup > BACKUP_WITHIN:
        found["backup"] = f"{(now - state.last_backup) / timedelta(hours=1):.0f} h"
    if state.disk_free < FREE_AT_LEAST:
        found["disk"] = f"{state.disk_free:.0%}"
    return found


def steps(found: dict[str, str], known: Iterable[Open], now: datetime) -> Steps:
    """Each fault is told once, then quietly at long intervals, then that it is over."""
    known = list(known)
    names = {one.fault for one in known}
    late = {one.fault for one in known if one.told_at is None or now - one.told_at >= AGAIN}
    return Steps(
        new={fault: detail for fault, detail in found.items() if fault not in names},
        again=frozenset(late & found.keys()),
        over=frozenset(names - found.keys()),
    )

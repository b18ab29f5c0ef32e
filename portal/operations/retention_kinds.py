"""What a retention rule is: who ends a thing, and what must be gone by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class By(StrEnum):
    """Who ends it."""

    SWEEP = "sweep"  # a tick of this name, every minute
    NIGHT = "night"  # our own statement, every night
    ACT = "act"  # the page that takes it away, at once; an account's end takes the rest
    CITY = "city"  # the city's record or staff list: its rules for documents say


@dataclass(frozen=True)
class Check:
    """What must be gone of a table: rows `where`, so many days after the moment `since`."""

    table: str
    since: str  # SQL, of columns of the table
    days: float
    where: str = "TRUE"


@dataclass(frozen=True)
class Rule:
    """One line of the table. `said`: the sentences in the packages' personal_data it makes true."""

    key: str
    title: str
    by: By
    said: tuple[str, ...] = ()
    tick: str | None = None
    checks: tuple[Check, ...] = ()
    ends: Mapping[str, str] = field(default_factory=dict)  # night: table -> which rows go

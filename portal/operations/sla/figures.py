"""What a figure of the report is: value, met or not or unknown, and the rows it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.clock import in_tokyo

MOST = 20_000  # rows of a sheet; more would be no list any more


@dataclass(frozen=True)
class Figure:
    """One item. `met` None: not measurable this month."""

    value: str
    met: bool | None
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    entered: bool = False


def percent(part: float, whole: float, places: int = 2) -> str:
    """ "99.95 %"; rounded down, since 99.996 is not 100."""
    scale = 10**places
    shown = int(part * 100 * scale / whole) / scale
    return f"{shown:.{places}f} %"


def span(length: timedelta) -> str:
    """ "1:05" hours and minutes."""
    minutes = int(length / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02d}"


def cell(value: Any) -> Any:
    """What a cell can hold: Japanese wall clock, plain numbers and text."""
    if isinstance(value, datetime):
        return f"{in_tokyo(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return span(value)
    return value if isinstance(value, int | float | str) or value is None else str(value)

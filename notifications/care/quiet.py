"""Quiet hours: when an ordinary notice may begin to go out."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portal.core.clock import TOKYO


def hours(setting: str) -> tuple[int, int] | None:
    """(21, 7) of "21-7"; None of "", which means no quiet hours."""
    if not setting:
        return None
    begin, _, end = setting.partition("-")
    return int(begin), int(end)


def earliest(moment: datetime, quiet: tuple[int, int] | None) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into."""
    if quiet is None or quiet[0] == quiet[1]:
        return moment
    begin, end = quiet
    local = moment.astimezone(TOKYO)
    over_midnight = begin > end
    late, early = local.hour >= begin, local.hour < end
    if not (late or early if over_midnight else late and early):
        return moment
    day = local.date() + timedelta(days=1) if over_midnight and late else local.date()
    return datetime.combine(day, time(end), TOKYO).astimezone(moment.tzinfo)

"""The one place that knows what time it is; rules get `today` passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """The present moment, aware, UTC (what the database keeps)."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Japan."""
    return now().astimezone(TOKYO).date()


def in_tokyo(moment: datetime) -> datetime:
    """The same moment on a Japanese wall clock."""
    return moment.astimezone(TOKYO)

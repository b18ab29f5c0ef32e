"""What the approver looks at beside the words: the sample, the forecast, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notifications.care.forecast import Forecast, forecast
from notifications.notices import reading
from notifications.notices.changes import Change, changes
from notifications.notices.reading import Decision, View
from notifications.notices.writing import COMPARED
from notifications.segments import city
from notifications.segments.looking import Look, look
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision rests on; `since` is the version another clerk gave back."""

    look: Look | None  # None for a correction, whose readers are known one by one
    forecast: Forecast | None
    changes: list[Change]
    since: int | None


def grounds(notice: View, decisions: list[Decision]) -> Grounds:
    """For a notice that waits for its decision."""
    seen = look(notice.segment) if notice.corrects_id is None else None
    asked = seen is None or seen.reach is not None
    since = next((each.version for each in decisions if each.decision == "returned"), None)
    old = reading.kept_version(notice.id, since) if since else None
    now = {name: getattr(notice, name) for name in COMPARED}
    found = changes(_worded(old), _worded(now)) if old else []
    return Grounds(seen, forecast(notice) if asked else None, found, since)


def _worded(kept: dict[str, Any]) -> dict[str, Any]:
    """With the segment as its sentence: nobody compares JSON."""
    try:
        return kept | {"segment": city.sentence(Segment.read(kept["segment"]))}
    except SegmentFault:
        return kept | {"segment": ""}

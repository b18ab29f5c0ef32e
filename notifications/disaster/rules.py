"""What a message makes us propose, and why nothing where nothing: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from notifications.disaster.bulletin import Bulletin
from notifications.disaster.hits import Change, Hit


class Action(StrEnum):
    """What is proposed to a clerk."""

    EMERGENCY = "emergency"
    NOTICE = "notice"
    CORRECTION = "correction"
    NONE = "none"


WHY = {
    "drill": "a drill (訓練): never told as real",
    "test": "a test (試験): never told as real",
    "other": "a kind of message that is not acted on",
    "elsewhere": "the municipality is not among its areas",
    "unchanged": "a repeat: nothing changed here since the message before",
    "lifted": "lifted here (解除)",
    "lowered": "the level went down here",
    "nothing": "nothing is in force here",
    "low": "below the level that residents are told of",
    "no_intensity": "it says no intensity of shaking",
    "known": "already proposed for this event at this level",
    "nothing_sent": "cancels a message that nothing was proposed for",
    "cancelled": "the agency cancelled its message (取消): residents who were told must hear it",
    "corrected": "the agency corrected its message (訂正): it was graver than it is",
    "level5": "level 5 or a special warning",
    "level4": "level 4",
    "level3": "level 3 or a warning",
    "tsunami": "a tsunami warning",
    "tsunami_advisory": "a tsunami advisory: away from the shore",
    "earthquake": "an earthquake of intensity 5弱 or more",
    "record_rain": "record rain in a short time",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`menu`: the portal and LINE's menu change to disaster mode too."""

    action: Action
    why_code: str
    grade: int = 0
    level: int | None = None
    menu: bool = False
    fresh: tuple[Hit, ...] = ()

    @property
    def why(self) -> str:
        """In a sentence."""
        return WHY[self.why_code]


def decide(bulletin: Bulletin, before: Mapping[str, int] | None = None) -> Decision:
    """What to propose. `before`: key (Bulletin.key) → grade known so far (None: nothing is known).

    With it our own memory decides what is news, so that a message missed in a gap is made good by
    the next repeat; without it the message's own word does.
    """
    if bulletin.status != "通常":
        return Decision(Action.NONE, "drill" if bulletin.status == "訓練" else "test")
    if bulletin.family == "other":
        return Decision(Action.NONE, "other")
    if bulletin.type == "取消":
        return _cancelled(bulletin, before)
    if not bulletin.hits:
        nowhere = "no_intensity" if bulletin.family == "hypocentre" else "elsewhere"
        return Decision(Action.NONE, nowhere)
    fresh = tuple(
        hit for hit in bulletin.hits if hit.grade >= 3 and _is_news(bulletin, hit, before)
    )
    if not fresh:
        return _nothing_new(bulletin, before)
    return of_grade(max(fresh, key=lambda hit: hit.grade), fresh)


def action_of(grade: int) -> Action:
    """What news of this weight proposes."""
    if grade >= 4:
        return Action.EMERGENCY
    return Action.NOTICE if grade == 3 else Action.NONE


def of_grade(top: Hit, fresh: tuple[Hit, ...]) -> Decision:
    """The action of the gravest news."""
    menu = top.grade >= 5 or (top.hazard == "tsunami" and top.grade >= 4)
    return Decision(action_of(top.grade), _reason(top), top.grade, top.level, menu, fresh)


def _reason(top: Hit) -> str:
    if top.hazard == "earthquake":
        return "earthquake"
    if top.hazard == "tsunami":
        return "tsunami" if top.grade >= 4 else "tsunami_advisory"
    if top.hazard in {"record_rain", "rain_band"}:
        return "record_rain"
    return f"level{top.grade}"


def _is_news(bulletin: Bulletin, hit: Hit, before: Mapping[str, int] | None) -> bool:
    return hit.is_news if before is None else hit.grade > before.get(bulletin.key(hit), 0)


def _cancelled(bulletin: Bulletin, before: Mapping[str, int] | None) -> Decision:
    if not bulletin.may_concern:
        return Decision(Action.NONE, "elsewhere")
    told = None if before is None else [before.get(key, 0) for key in bulletin.covers]
    if told is not None and not any(grade >= 3 for grade in told):
        return Decision(Action.NONE, "nothing_sent")
    return Decision(Action.CORRECTION, "cancelled")


def _nothing_new(bulletin: Bulletin, before: Mapping[str, int] | None) -> Decision:
    grave = [hit for hit in bulletin.hits if hit.grade >= 3]
    if bulletin.type == "訂正" and before is not None and _told_too_much(bulletin, before):
        return Decision(Action.CORRECTION, "corrected", bulletin.grade, bulletin.level)
    level = bulletin.level
    if any(hit.change is Change.UNCHANGED for hit in grave):
        return Decision(Action.NONE, "unchanged", bulletin.grade, level)
    if any(hit.change is Change.LOWERED for hit in bulletin.hits):
        return Decision(Action.NONE, "lowered", bulletin.grade, level)
    if grave:
        return Decision(Action.NONE, "known", bulletin.grade, level)
    changes = {hit.change for hit in bulletin.hits}
    why = "lifted" if Change.LIFTED in changes else "low"
    why = "nothing" if changes == {Change.NONE} else why
    return Decision(Action.NONE, why, bulletin.grade, level)


def _told_too_much(bulletin: Bulletin, before: Mapping[str, int]) -> bool:
    now = in_force(bulletin)
    return any(before.get(key, 0) >= 3 and grade < before[key] for key, grade in now.items())


def in_force(bulletin: Bulletin) -> dict[str, int]:
    """Key → grade after this message; what it covers and does not name is 0."""
    if bulletin.type != "取消" and not bulletin.hits:
        return {}
    found = dict.fromkeys(bulletin.covers, 0)
    for hit in bulletin.hits:
        key = bulletin.key(hit)
        found[key] = max(found[key], hit.grade)
    return found

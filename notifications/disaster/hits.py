"""One kind of danger in one area of a message, and how it changed there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """Against what the message itself says was in force before."""

    NEW = "new"
    RAISED = "raised"
    UNCHANGED = "unchanged"
    LOWERED = "lowered"
    LIFTED = "lifted"
    NONE = "none"  # named, and nothing is in force


@dataclass(frozen=True, slots=True)
class Hit:
    """`hazard` with the event says what is compared when the next message comes."""

    hazard: str
    name: str
    code: str
    grade: int
    level: int | None
    change: Change
    area_code: str
    area_name: str
    exact: bool = True  # False: the area is the prefecture's, or larger than the municipality
    doubtful: bool = False

    @property
    def is_news(self) -> bool:
        """Whether residents could not know it from an earlier message."""
        return self.change in {Change.NEW, Change.RAISED}


def change_of(grade: int, before: int | None, status: str) -> Change:
    """From the grade now and before (None: not said) and the message's own word."""
    if status == "解除" or (grade == 0 and before):
        return Change.LIFTED
    if grade == 0:
        return Change.NONE
    if before is None or before == 0:
        return Change.UNCHANGED if status == "継続" else Change.NEW
    if grade == before:
        return Change.UNCHANGED
    return Change.RAISED if grade > before else Change.LOWERED

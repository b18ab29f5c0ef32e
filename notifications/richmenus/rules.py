"""Which version of a menu is in force, which menu a resident gets, what may come back. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

NORMAL, DISASTER, MAINTENANCE, TAB = "normal", "disaster", "maintenance", "tab"
MODES = (NORMAL, DISASTER, MAINTENANCE, TAB)


@dataclass(frozen=True, slots=True)
class Period:
    """A time a clerk gave a mode."""

    mode: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved version as the rules see it; `segment` is None for everybody."""

    id: UUID
    menu_id: UUID
    number: int
    mode: str
    place: int
    segment: UUID | None = None  # the version's own id where it has conditions
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether its time includes the moment; the end is the first moment after it."""
        begun = self.starts_at is None or self.starts_at <= moment
        return begun and (self.ends_at is None or moment < self.ends_at)


def mode_at(moment: datetime, disaster: bool, periods: Iterable[Period]) -> str:
    """Disaster before maintenance before normal."""
    on = {
        each.mode
        for each in periods
        if each.starts_at <= moment and (each.ends_at is None or moment < each.ends_at)
    }
    if disaster or DISASTER in on:
        return DISASTER
    return MAINTENANCE if MAINTENANCE in on else NORMAL


def in_force(versions: Iterable[Approved], moment: datetime) -> dict[UUID, Approved]:
    """Of each menu the newest version whose time it is; after its end the older one is back."""
    found: dict[UUID, Approved] = {}
    for each in sorted(versions, key=lambda one: one.number):
        if each.covers(moment):
            found[each.menu_id] = each
    return found


def offers(current: Iterable[Approved], mode: str) -> list[Approved]:
    """Menus of the mode in the order they are tried; a mode without any shows the normal ones."""
    current = list(current)
    found = [each for each in current if each.mode == mode]
    if not found and mode != NORMAL:
        found = [each for each in current if each.mode == NORMAL]
    return sorted(found, key=lambda one: (one.place, one.menu_id))


def choose(offered: Sequence[Approved], segments: Collection[UUID]) -> Approved | None:
    """What a resident gets who is in these segments: the first that fits; else everybody's.

    A menu for everybody fits last, whatever its place: it would hide all behind it.
    """
    for each in offered:
        if each.segment is not None and each.segment in segments:
            return each
    return everybodys(offered)


def everybodys(offered: Sequence[Approved]) -> Approved | None:
    """The menu of who is in no segment."""
    return next((each for each in offered if each.segment is None), None)


def still_wanted(versions: Sequence[Approved], moment: datetime) -> set[UUID]:
    """Versions in force now or later: nothing changes but where a time begins or ends."""
    edges = {moment}
    for each in versions:
        edges |= {at for at in (each.starts_at, each.ends_at) if at is not None and at > moment}
    return {each.id for edge in edges for each in in_force(versions, edge).values()}

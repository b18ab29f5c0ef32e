"""手続き・助成 per person: open now, coming soon, hidden with the way back, paused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.mypage.models import Kind
from portal.mypage.personal import AFTER
from portal.mypage.relatives import Relative, relatives_of
from portal.mypage.todos import Todo, everything
from portal.mypage.words import Shown, shown
from portal.residents.days import said_short


@dataclass(frozen=True)
class Hidden:
    """A to-do out of sight: `state` of its badge, and until when."""

    shown: Shown
    state: str
    until: str


@dataclass
class Area:
    """One person's part of the page; with `paused` nothing else is said."""

    relative: Relative
    paused: bool
    now: list[Shown] = field(default_factory=list)
    soon: list[Shown] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)


def by_person(resident_id: UUID, today: date, language: str) -> list[Area]:
    """An area for everybody at home, in the order of the family."""
    family = relatives_of(resident_id, today)
    areas = {each.ref: Area(each, each.person.silenced) for each in family}
    for todo in everything(family, today):
        area, words = areas[todo.relative.ref], shown(todo, today, language)
        aside = _aside(todo, words, today, language)
        if aside is not None:
            area.hidden.append(aside)
        elif todo.group == "coming":
            area.soon.append(words)
        else:
            area.now.append(words)
    return list(areas.values())


def _aside(todo: Todo, words: Shown, today: date, language: str) -> Hidden | None:
    act = todo.relative.acts.get((todo.service.key, todo.occurrence))
    if act is None or not act.hides(today):
        return None
    until = said_short(act.until, today, language) if act.until else ""
    return Hidden(words, AFTER[Kind(act.kind)], until)

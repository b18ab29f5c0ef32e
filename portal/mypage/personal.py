"""One service as it concerns the people at home: dates, state and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.catalogue.model import Service
from portal.mypage.models import Kind
from portal.mypage.relatives import Relative, Standing, relatives_of
from portal.mypage.todos import Todo, todos_about
from portal.mypage.words import Shown, shown, span_words

STATES = {
    "overdue": "overdue",
    "soon": "soon",
    "open": "open",
    "offers": "open",
    "coming": "future",
}
AFTER = {Kind.DONE: "done", Kind.DISMISSED: "not_for_us", Kind.POSTPONED: "later"}


@dataclass(frozen=True)
class Concerned:
    """A person at home the service is for today."""

    shown: Shown
    state: str
    span: str
    acted: bool


def concerned(service: Service, resident_id: UUID, today: date, language: str) -> list[Concerned]:
    """Whom the service concerns; nobody for sensitive ones, whose pages know no person."""
    if service.sensitive:
        return []
    found = todos_about(service.key, relatives_of(resident_id, today), today)
    return [_concerned(todo, standing, today, language) for todo, standing in found]


def about_person(
    service: Service,
    family: list[Relative],
    ref: str,
    occurrence: str,
    today: date,
    language: str,
) -> Concerned | None:
    """The service as it concerns one person; None when it does not, at this time."""
    for todo, standing in todos_about(service.key, family, today):
        if (todo.relative.ref, todo.occurrence) == (ref, occurrence):
            return _concerned(todo, standing, today, language)
    return None


def _concerned(todo: Todo, standing: Standing | None, today: date, language: str) -> Concerned:
    hidden = standing is not None and standing.hides(today)
    return Concerned(
        shown=shown(todo, today, language),
        state=AFTER[Kind(standing.kind)] if standing and hidden else STATES[todo.group],
        span=span_words(todo.match.window, language),
        acted=hidden,
    )

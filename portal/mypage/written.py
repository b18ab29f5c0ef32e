"""What a resident wrote, unsealed for My Page: own to-dos in their groups, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from markupsafe import Markup

from portal.catalogue.windows import SOON_DAYS
from portal.core.crypto import key_ring
from portal.mypage.relatives import Relative
from portal.residents.days import said_short

NOTHING: tuple[None, None] = (None, None)
Noted = Mapping[tuple[str, str, str], str]
"""(person, service, occurrence) to the note."""


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An open to-do of the resident's own."""

    id: str
    person: str
    title: str
    note: str
    due: date | None


def own_lines(family: list[Relative]) -> list[OwnLine]:
    """Open ones; those about a person whose card is silenced stay unsaid."""
    rows = _written(family)[0]
    if not rows:
        return []
    silent = {each.ref for each in family if each.person.silenced}
    return [_line(row) for row in rows if row[1] not in silent]


def notes(family: list[Relative]) -> Noted:
    """Every note on a to-do of the catalogue."""
    rows = _written(family)[1]
    if not rows:
        return {}
    return {
        (person, service, occurrence): _opened(note, "todo_notes.note")
        for person, service, occurrence, note in rows
    }


def own_group(due: date | None, today: date) -> str:
    """The part of the page a to-do of one's own belongs to."""
    if due is None:
        return "open"
    if due < today:
        return "overdue"
    return "soon" if (due - today).days < SOON_DAYS else "open"


def cards(
    lines: list[OwnLine], family: list[Relative], today: date, language: str, back: str
) -> dict[str, list[Markup]]:
    """The to-dos as cards and lines, by group."""
    by_ref = {each.ref: each for each in family}
    # Without the context of a whole page, which would be made anew for each.
    template = current_app.jinja_env.get_template("portal/own_todo.html")
    found: dict[str, list[Markup]] = {}
    for line in lines:
        group = own_group(line.due, today)
        html = template.render(
            item=line,
            who=by_ref.get(line.person),
            group=group,
            due=said_short(line.due, today, language) if line.due else "",
            back=back,
        )
        found.setdefault(group, []).append(Markup(html))  # noqa: S704  (a rendered template)
    return found


def _written(family: list[Relative]) -> Any:
    return next((each.written for each in family if each.written), NOTHING)


def _line(row: list[Any]) -> OwnLine:
    id_, person, title, note, due = row
    return OwnLine(
        id=id_,
        person=person or "",
        title=_opened(title, "own_todos.title"),
        note=_opened(note, "own_todos.note") if note else "",
        due=date.fromisoformat(due) if due else None,
    )


def _opened(sealed: str, column: str) -> str:
    return key_ring().decrypt(bytes.fromhex(sealed), column).decode()

"""A resident's own things as the box looks through them: to-dos of the family, their own to-dos."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import url_for

from portal.core.clock import today
from portal.mypage import written
from portal.mypage.relatives import relatives_of
from portal.mypage.todos import todos_of
from portal.mypage.words import shown
from portal.search.documents import OwnThing


def own_things(resident_id: UUID, language: str) -> Iterator[OwnThing]:
    """What stands on My Page today, by the family's one query."""
    day = today()
    family = relatives_of(resident_id, day)
    for line in written.own_lines(family):
        address = url_for("own_todos.edit", todo_id=line.id)
        yield OwnThing("todo", line.title, "", address)
    for todos in todos_of(family, day).groups.values():
        for todo in todos:
            said = shown(todo, day, language)
            text = " ".join(part for part in (said.name, said.due) if part)
            yield OwnThing(
                "todo",
                said.title,
                text,
                url_for("mypage.home", person=todo.relative.ref),
                todo.service.keywords,
            )

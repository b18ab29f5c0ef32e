"""Reads answers and words for the editor: what is in force, drafts, histories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chatbot.knowledge import store
from chatbot.knowledge.bodies import Body, KnowledgeError, entry_of
from chatbot.knowledge.entries import WRITTEN, Entry
from chatbot.knowledge.models import OPEN, AnswerRevision, Thing
from portal.core.db import read
from portal.core.errors import NotFound

Revision = Any  # a row of answer_revisions
MUST = ("ja", "en")  # what every answer of the demo city is written in


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of a list: what is in force (None: not yet, or withdrawn), and its open draft."""

    key: str
    body: Body | None
    open: Revision | None
    last: Body | None = None
    """The last wording of one that is not in force."""

    @property
    def shown(self) -> Body:
        """What the list tells of it."""
        return self.body or (self.open.body if self.open else None) or self.last or {}

    @property
    def missing(self) -> list[str]:
        """Languages nobody has written it in."""
        return [name for name in WRITTEN if name not in self.shown.get("texts", {})]

    @property
    def unsigned(self) -> list[str]:
        """Languages whose text nobody has signed."""
        texts = self.shown.get("texts", {})
        return [name for name in texts if not texts[name].get("signed", True)]

    def overdue(self, today: date) -> bool:
        """Whether its owner should have looked it over."""
        return bool(self.shown.get("review_on")) and self.shown["review_on"] <= today.isoformat()


def in_force(thing: Thing = Thing.FAQ) -> dict[str, Body]:
    """The bodies that count now: the city's over what we ship."""
    return store.bodies_over(store.live_entries())[thing]


def lines() -> list[Line]:
    """Every answer in its order, then new ones that are not live yet, then withdrawn ones."""
    bodies = in_force()
    drafts = {row.key: row for row in _revisions(OPEN)}
    last = {**store.shipped_bodies()[Thing.FAQ], **_last_of_gone()}
    gone = [key for key in last if key not in bodies]
    return [
        Line(key, bodies.get(key), drafts.get(key), last.get(key))
        for key in dict.fromkeys([*bodies, *drafts, *gone])
    ]


def as_entry(body: Body) -> Entry | None:
    """The value of a body, where it reads."""
    try:
        return entry_of(body)
    except KnowledgeError:
        return None


def current(key: str, thing: Thing = Thing.FAQ) -> Body | None:
    """What is in force of an entry."""
    return in_force(thing).get(key)


def history(key: str, thing: Thing = Thing.FAQ) -> list[Revision]:
    """Every revision of an entry, the newest first."""
    table = AnswerRevision.__table__
    wanted = (table.c.thing == thing) & (table.c.key == key)
    return list(read().execute(select(table).where(wanted).order_by(table.c.number.desc())))


def revision(revision_id: UUID) -> Revision:
    """One revision; NotFound."""
    table = AnswerRevision.__table__
    found = read().execute(select(table).where(table.c.id == revision_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def categories() -> list[str]:
    """What answers are sorted by, in the order they come."""
    return list(dict.fromkeys(str(body.get("category", "")) for body in in_force().values()))


def owners() -> list[str]:
    """The departments that keep answers."""
    return sorted({str(body.get("owner", "")) for body in in_force().values()})


def _last_of_gone() -> dict[str, Body]:
    """The newest wording of each of the city's own answers that was ever in force."""
    table = AnswerRevision.__table__
    wanted = (table.c.thing == Thing.FAQ) & table.c.last.is_not(None) & table.c.body.is_not(None)
    found = select(table.c.key, table.c.body).where(wanted).order_by(table.c.number)
    return {row.key: row.body for row in read().execute(found)}


def _revisions(states: Iterable[str]) -> list[Revision]:
    table = AnswerRevision.__table__
    wanted = (table.c.thing == Thing.FAQ) & table.c.state.in_(tuple(states))
    return list(read().execute(select(table).where(wanted).order_by(table.c.number)))

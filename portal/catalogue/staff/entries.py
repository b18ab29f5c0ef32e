"""Reads the entries of the catalogue for the editor: what is in force, drafts, histories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.catalogue import store
from portal.catalogue.load import Entry, Thing
from portal.catalogue.models import OPEN, CatalogueRevision
from portal.catalogue.staff.bodies import Body
from portal.core.db import read
from portal.core.errors import NotFound

PLURALS = {
    "services": Thing.SERVICE,
    "desks": Thing.DESK,
    "items": Thing.ITEM,
    "districts": Thing.DISTRICT,
}
WORD_OF = {thing: word for word, thing in PLURALS.items()}
Revision = Any  # a row of catalogue_revisions


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list: what is in force (None: not yet, or withdrawn), and its open draft."""

    key: str
    body: Body | None
    open: Revision | None

    @property
    def shown(self) -> Body:
        """What the list tells of it."""
        return self.body or (self.open.body if self.open else None) or {}


def thing_of(word: str) -> Thing:
    """What a word of an address means; NotFound."""
    if word not in PLURALS:
        raise NotFound()
    return PLURALS[word]


def in_force() -> dict[Thing, dict[str, Entry]]:
    """The bodies that count now: the city's over what we ship."""
    return store.entries_over(store.live_entries())


def lines(thing: Thing) -> list[Line]:
    """Every entry in its order, then new ones that are not live yet."""
    bodies = {key: entry.body for key, entry in in_force()[thing].items()}
    drafts = {row.key: row for row in _revisions(thing, OPEN)}
    return [
        Line(key, bodies.get(key), drafts.get(key)) for key in dict.fromkeys([*bodies, *drafts])
    ]


def drafts() -> list[Revision]:
    """Every open revision, the oldest first."""
    table = CatalogueRevision.__table__
    wanted = table.c.state.in_(OPEN)
    return list(read().execute(select(table).where(wanted).order_by(table.c.created_at)))


def current(thing: Thing, key: str) -> Body | None:
    """What is in force of an entry."""
    found = in_force()[thing].get(key)
    return found.body if found else None


def history(thing: Thing, key: str) -> list[Revision]:
    """Every revision of an entry, the newest first."""
    table = CatalogueRevision.__table__
    wanted = (table.c.thing == thing) & (table.c.key == key)
    return list(read().execute(select(table).where(wanted).order_by(table.c.number.desc())))


def opened(thing: Thing, key: str) -> tuple[Body, int]:
    """What an editor begins with (the open draft, else what is in force), and the newest number."""
    past, body = history(thing, key), current(thing, key)
    if body is None and not past:
        raise NotFound()
    draft = next((row for row in past if row.state in OPEN), None)
    wording = (draft.body if draft else None) or body or past[0].body
    start = wording or next((row.body for row in past if row.body), {})
    return start, past[0].number if past else 0


def revision(revision_id: UUID) -> Revision:
    """One revision; NotFound."""
    table = CatalogueRevision.__table__
    found = read().execute(select(table).where(table.c.id == revision_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _revisions(thing: Thing, states: Iterable[str]) -> list[Revision]:
    table = CatalogueRevision.__table__
    wanted = (table.c.thing == thing) & table.c.state.in_(tuple(states))
    return list(read().execute(select(table).where(wanted).order_by(table.c.number)))

"""Favourites: a star on anything the box finds, by kind and key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.db import Base, read
from portal.core.errors import N_, Conflict, NotFound
from portal.core.merging import MOVES, Preview, Steps, absent
from portal.core.text_marks import spoken
from portal.mypage.favourite_models import Favourite
from portal.search.models import SearchDocument

MOST = 200
TABLE = Base.metadata.tables["favourites"]
Thing = tuple[str, str]  # kind, key


@dataclass(frozen=True)
class Kept:
    """A favourite as the list shows it; without an address when the thing is gone."""

    kind: str
    key: str
    title: str
    text: str
    url: str


class TooMany(Conflict):
    """The list is full."""

    message = N_("You have 200 favourites. Please remove some first.")


def add(session: Session, resident_id: UUID, kind: str, key: str) -> str:
    """Mark a thing; returns its title. Sensitive things keep no trace beside a person."""
    found = session.get(SearchDocument, (kind, key))
    if found is None or found.sensitive:
        raise NotFound()
    if _count(session, resident_id) >= MOST:
        raise TooMany()
    title = str(found.titles["ja"])
    session.execute(
        insert(Favourite)
        .values(resident_id=resident_id, kind=kind, key=key, title=title)
        .on_conflict_do_nothing()
    )
    audit.record(session, "favourite.added", ("resident", resident_id), kind=kind)
    return title


def remove(session: Session, resident_id: UUID, kind: str, key: str) -> None:
    """Take the mark away; nothing happens where there is none."""
    session.execute(
        delete(Favourite).where(
            Favourite.resident_id == resident_id, Favourite.kind == kind, Favourite.key == key
        )
    )
    audit.record(session, "favourite.removed", ("resident", resident_id), kind=kind)


def favourites_of(resident_id: UUID, language: str) -> list[Kept]:
    """All of them, the newest first, in one query."""
    same = and_(SearchDocument.kind == Favourite.kind, SearchDocument.key == Favourite.key)
    found = (
        select(
            Favourite.kind,
            Favourite.key,
            Favourite.title,
            SearchDocument.titles,
            SearchDocument.texts,
            SearchDocument.url,
            SearchDocument.sensitive,
        )
        .outerjoin(SearchDocument, same)
        .where(Favourite.resident_id == resident_id)
        .order_by(Favourite.at.desc(), Favourite.kind, Favourite.key)
    )
    return [
        Kept(kind, key, _in(titles, language) or title, _in(texts, language), url or "")
        for kind, key, title, titles, texts, url, sensitive in read().execute(found)
        if not sensitive  # became so after it was marked
    ]


def starred(resident_id: UUID | None) -> set[Thing]:
    """What is marked, for pages that show stars."""
    if resident_id is None:
        return set()
    found = select(Favourite.kind, Favourite.key).where(Favourite.resident_id == resident_id)
    return {(kind, key) for kind, key in read().execute(found)}


def _in(texts: Mapping[str, str] | None, language: str) -> str:
    return spoken(texts, language) if texts else ""


def _count(session: Session, resident_id: UUID) -> int:
    number = select(func.count()).where(Favourite.resident_id == resident_id)
    return int(session.execute(number).scalar_one())


class Favourites:
    """The part of `registries.merge_parts` for favourites."""

    columns: Mapping[str, str] = {"favourites.resident_id": MOVES}

    def preview(self, session: Session, into: UUID, other: UUID) -> Preview:
        """They come along without a word."""
        return Preview()

    def move(self, steps: Steps, into: UUID, other: UUID, choices: Mapping[str, str]) -> None:
        """All that are not marked here too."""
        column = TABLE.c.resident_id
        steps.move(column, other, into, absent(column, into, "kind", "key"))

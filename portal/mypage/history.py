"""What the family checked off, hid or put off, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo
from portal.core.db import read
from portal.mypage.models import Kind, TodoAct
from portal.residents.days import said_short
from portal.residents.models import Person
from portal.residents.reading import kind_of, name_of

MOST = 200


@dataclass(frozen=True)
class Past:
    """An act that stands."""

    key: str
    title: str
    ref: UUID
    name: str
    kind: str
    state: str
    words: str
    occurrence: str


def standing_acts(resident_id: UUID, today: date, language: str) -> list[Past]:
    """Acts of the family that can be taken back."""
    catalogue = load_catalogue()
    rows = read().execute(
        select(
            TodoAct.service,
            TodoAct.occurrence,
            TodoAct.kind,
            TodoAct.until,
            TodoAct.at,
            Person.id,
            Person.relation,
            Person.nickname,
            Person.birthdate,
        )
        .join(Person, Person.id == TodoAct.person_id)
        .where(Person.resident_id == resident_id, TodoAct.undone_at.is_(None))
        .order_by(TodoAct.at.desc())
        .limit(MOST)
    )
    found = []
    for row in rows:
        service = catalogue.find(row.service)
        if service is None:
            continue  # withdrawn from the catalogue: nothing to bring back
        day = in_tokyo(row.at).date()
        found.append(
            Past(
                key=service.key,
                title=service.title.say(language),
                ref=row.id,
                name=name_of(row.relation, row.nickname),
                kind=kind_of(row.relation, row.birthdate, today),
                state=STATES[row.kind],
                words=_words(row.kind, day, row.until, today, language),
                occurrence=row.occurrence,
            )
        )
    return found


STATES = {Kind.DONE: "done", Kind.DISMISSED: "not_for_us", Kind.POSTPONED: "later"}


def _words(kind: str, day: date, until: date | None, today: date, language: str) -> str:
    if kind == Kind.POSTPONED and until is not None:
        return str(gettext("shown again on %(day)s", day=said_short(until, today, language)))
    return said_short(day, today, language)

"""Asks the database about a segment: how many, by which channel; and the same in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, not_, select

from notifications.channels.reach import CHANNELS
from notifications.segments import tests
from notifications.segments.sql import matching
from portal.core.clock import in_tokyo
from portal.residents.models import Person, Resident


@dataclass(frozen=True, slots=True)
class Reach:
    """How many residents a segment means, split by the channel that would carry the notice."""

    total: int
    line: int
    mail: int
    inbox_only: int


def count(connection: Connection, test: tests.Test) -> Reach:
    """One query: everybody meant, LINE first, mail for the others, the rest by the inbox."""
    line, mail = (CHANNELS[name].reaches(Resident.id) for name in ("line", "mail"))
    row = connection.execute(
        select(
            func.count().label("total"),
            func.count().filter(line).label("line"),
            func.count().filter(and_(not_(line), mail)).label("mail"),
        ).where(matching(test))
    ).one()
    return Reach(row.total, row.line, row.mail, row.total - row.line - row.mail)


def residents(connection: Connection, test: tests.Test) -> set[UUID]:
    """Who is meant, by the database."""
    return set(connection.execute(select(Resident.id).where(matching(test))).scalars())


def residents_by_python(connection: Connection, test: tests.Test) -> set[UUID]:
    """Who is meant, by `holds` over every resident's facts."""
    return {who for who, facts in all_facts(connection) if tests.holds(test, facts)}


def all_facts(connection: Connection) -> Iterator[tuple[UUID, tests.ResidentFacts]]:
    """Every present resident with what segments may know; for checks, not for sending."""
    people = _people(connection.execute(select(*_PERSON).where(Person.silenced_at.is_(None))))
    reaches = {name: channel.reaches(Resident.id) for name, channel in CHANNELS.items()}
    rows = connection.execute(
        select(
            Resident.id,
            Resident.language,
            Resident.created_at,
            *(said.label(name) for name, said in reaches.items()),
        ).where(Resident.left_at.is_(None))
    )
    for row in rows:
        yield (
            row.id,
            tests.ResidentFacts(
                language=row.language,
                registered_on=in_tokyo(row.created_at).date(),
                channels=frozenset(name for name in reaches if row._mapping[name]),
                people=tuple(people.get(row.id, ())),
            ),
        )


_PERSON = (
    Person.resident_id,
    Person.relation,
    Person.birthdate,
    Person.sex,
    Person.district,
    Person.interests,
    Person.facts,
)


def _people(rows: Iterable[Row[Any]]) -> dict[UUID, list[tests.PersonFacts]]:
    people: dict[UUID, list[tests.PersonFacts]] = defaultdict(list)
    for row in rows:
        people[row.resident_id].append(
            tests.PersonFacts(
                relation=row.relation,
                birthdate=row.birthdate,
                sex=row.sex,
                district=row.district,
                interests=frozenset(row.interests),
                facts=frozenset(k for k, v in row.facts.items() if v not in (None, False)),
            )
        )
    return people

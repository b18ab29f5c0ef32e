"""Asks the database about a segment: how many, by which channel, who; and the same in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, and_, func, literal, not_, select

from notifications.channels.reach import CHANNELS
from notifications.segments import tests
from notifications.segments.facts import all_facts
from notifications.segments.sql import matching
from portal.residents.models import Resident

SAMPLE = 10


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


def total(connection: Connection, test: tests.Test) -> int:
    """Only how many."""
    number = connection.execute(select(func.count()).select_from(Resident).where(matching(test)))
    return int(number.scalar_one())


def sample(connection: Connection, test: tests.Test, number: int = SAMPLE) -> Sequence[UUID]:
    """A few who are meant, the same ones each time: by the random end of their ids."""
    end = func.uuid_send(Resident.id)
    chosen = (
        select(Resident.id)
        .where(matching(test))
        .order_by(func.substring(end, literal(9)), Resident.id)
        .limit(number)
    )
    return connection.execute(chosen).scalars().all()


def residents(connection: Connection, test: tests.Test) -> set[UUID]:
    """Who is meant, by the database."""
    return set(connection.execute(select(Resident.id).where(matching(test))).scalars())


def residents_by_python(connection: Connection, test: tests.Test) -> set[UUID]:
    """Who is meant, by `holds` over every resident's facts."""
    return {who for who, facts in all_facts(connection) if tests.holds(test, facts)}


__all__ = ["Reach", "all_facts", "count", "residents", "residents_by_python", "sample", "total"]

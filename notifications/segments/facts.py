"""What segments may know of residents, read from the database into values for Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from auth.provider.models import ToolConsent
from notifications.channels.reach import CHANNELS
from notifications.segments import tests
from notifications.segments.cards import EXPECTED_DATE
from portal.core.clock import in_tokyo, now
from portal.mypage.favourite_models import Favourite
from portal.mypage.models import TodoAct
from portal.residents.models import Person, Resident
from portal.residents.sharing_models import CardShare

HOME = aliased(Person, name="me")
Facts = tuple[UUID, tests.ResidentFacts]


def all_facts(connection: Connection, only: Sequence[UUID] | None = None) -> Iterator[Facts]:
    """Every present resident (or `only` these) with what segments may know of them.

    Nothing that is encrypted is among it: a reason can be given without opening personal data.
    """
    people = _people(connection, only)
    stars = _sets(connection, select(Favourite.resident_id, _thing()), Favourite.resident_id, only)
    living = (ToolConsent.ended_at.is_(None), ToolConsent.until > now())
    connected = select(ToolConsent.resident_id, ToolConsent.client_id).where(*living)
    tools = _sets(connection, connected, ToolConsent.resident_id, only)
    reaches = {name: channel.reaches(Resident.id) for name, channel in CHANNELS.items()}
    columns = (said.label(name) for name, said in reaches.items())
    found = select(Resident.id, Resident.language, Resident.created_at, *columns)
    for row in connection.execute(_only(found, Resident.id, only, Resident.left_at.is_(None))):
        yield (
            row.id,
            tests.ResidentFacts(
                language=row.language,
                registered_on=in_tokyo(row.created_at).date(),
                channels=frozenset(name for name in reaches if row._mapping[name]),
                people=tuple(sorted(people.get(row.id, ()), key=_oldest_card_first)),
                favourites=frozenset(stars.get(row.id, ())),
                tools=frozenset(tools.get(row.id, ())),
            ),
        )


def _oldest_card_first(person: tests.PersonFacts) -> str:
    """The same card gives the reason each time."""
    return str(person.held)


def _thing() -> Any:
    return func.concat(Favourite.kind, "/", Favourite.key)


def _only(statement: Any, column: Any, only: Sequence[UUID] | None, *where: Any) -> Any:
    return statement.where(*where) if only is None else statement.where(*where, column.in_(only))


def _sets(
    connection: Connection, statement: Any, column: Any, only: Sequence[UUID] | None
) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for resident, value in connection.execute(_only(statement, column, only)):
        found[resident].add(str(value))
    return found


_CARD = (Person.id, Person.birthdate, Person.sex, Person.expected_on)


def _people(
    connection: Connection, only: Sequence[UUID] | None
) -> dict[UUID, list[tests.PersonFacts]]:
    own = (
        select(Person.resident_id, *_CARD, Person.relation, Person.district, Person.interests)
        .add_columns(Person.facts, HOME.facts.label("home"))
        .outerjoin(HOME, (HOME.resident_id == Person.resident_id) & (HOME.relation == "self"))
    )
    shared = (
        select(CardShare.resident_id, *_CARD, Person.relation, Person.silenced_at)
        .add_columns(HOME.district, HOME.facts.label("home"))
        .join(Person, Person.id == CardShare.person_id)
        .outerjoin(HOME, (HOME.resident_id == CardShare.resident_id) & (HOME.relation == "self"))
    )
    mine = _only(own, Person.resident_id, only, Person.silenced_at.is_(None))
    theirs = _only(
        shared,
        CardShare.resident_id,
        only,
        CardShare.silenced_at.is_(None),
        CardShare.resident_id != Person.resident_id,
    )
    own_rows = list(connection.execute(mine))
    shared_rows = list(connection.execute(theirs))
    done = _done(connection, None if only is None else [r.id for r in (*own_rows, *shared_rows)])
    people: dict[UUID, list[tests.PersonFacts]] = defaultdict(list)
    for row in own_rows:
        people[row.resident_id].append(_own_card(row, done))
    for row in shared_rows:
        if row.relation != "expected" or row.silenced_at is None:
            people[row.resident_id].append(_shared_card(row, done))
    return people


def _own_card(row: Any, done: dict[UUID, set[tests.Act]]) -> tests.PersonFacts:
    return tests.PersonFacts(
        relation=row.relation,
        birthdate=row.birthdate,
        sex=row.sex,
        district=row.district,
        interests=frozenset(row.interests),
        facts=_entered({**(row.home or {}), **row.facts}, row),
        done=frozenset(done.get(row.id, ())),
        held=(row.resident_id, row.id),
    )


def _shared_card(row: Any, done: dict[UUID, set[tests.Act]]) -> tests.PersonFacts:
    return tests.PersonFacts(
        relation="expected" if row.relation == "expected" else "child",
        birthdate=row.birthdate,
        sex=row.sex,
        district=row.district,
        facts=_entered(row.home or {}, row),
        done=frozenset(done.get(row.id, ())),
        held=(row.resident_id, row.id),
    )


def _entered(facts: dict[str, Any], row: Any) -> frozenset[str]:
    names = {name for name, value in facts.items() if value}
    return frozenset(names | ({EXPECTED_DATE} if row.expected_on else set()))


def _done(connection: Connection, only: Iterable[UUID] | None) -> dict[UUID, set[tests.Act]]:
    found: dict[UUID, set[tests.Act]] = defaultdict(set)
    marked = select(TodoAct.person_id, TodoAct.service, TodoAct.occurrence).where(
        TodoAct.kind == "done", TodoAct.undone_at.is_(None)
    )
    persons = None if only is None else list(only)
    for person, service, occurrence in connection.execute(
        _only(marked, TodoAct.person_id, persons)
    ):
        found[person].add((service, occurrence))
    return found

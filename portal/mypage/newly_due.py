"""Every night: what can be done from today, and what ends soon, for all residents at once.

The rules run backwards: a service and a day give ranges of birthdates, and SQL finds the people in
them. Only then are the rules asked forwards, once for each service and birthdate, for the window
that names the occurrence. People who entered dates of their own are asked about one by one, and
only what those dates decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.catalogue import upcoming, upcoming_facts
from portal.catalogue.evaluation import Match, Person, day_index, match_on
from portal.catalogue.index import Showing
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import RELATIONS, Kind, Relation, Service, Shown
from portal.catalogue.reverse import (
    BirthdateRange,
    birthdates_closing_between,
    birthdates_opening_between,
)
from portal.catalogue.rules import BIRTHDATE, NO_FACTS, Facts
from portal.catalogue.windows import State
from portal.core.clock import in_tokyo, now, today
from portal.core.db import read, transaction
from portal.mypage.newly_models import NewlyDueSweep, What
from portal.mypage.todos import occurrence_of

NIGHT_FROM = 1  # o'clock in Japan
CATCH_UP_DAYS = 7  # after an outage; what is older is seen on My Page all the same
KEEP_DAYS = 800  # longer than any occurrence comes back
FIRST, LAST = date(1800, 1, 1), date(2300, 1, 1)

FOUND = f"""
SELECT w.n, p.resident_id, p.id, p.birthdate, p.relation, p.sex
  FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w(
       n int, first date, last date, anyone bool, relations jsonb, sex text, districts jsonb,
       topics jsonb, without jsonb)
  JOIN ({upcoming.HELD}) p ON (w.anyone OR p.birthdate BETWEEN w.first AND w.last)
   AND jsonb_exists(w.relations, p.relation)
   AND (w.sex = '' OR p.sex IS NULL OR p.sex = w.sex)
   AND (w.districts = '[]' OR jsonb_exists(w.districts, p.district))
  JOIN residents r ON r.id = p.resident_id
 WHERE r.left_at IS NULL
   AND (w.topics = '[]' OR EXISTS (
       SELECT 1 FROM persons f, unnest(f.interests) AS i(topic)
        WHERE f.resident_id = p.resident_id AND jsonb_exists(w.topics, i.topic)))
   AND NOT EXISTS (
       SELECT 1 FROM persons s, jsonb_array_elements_text(w.without) AS e(name)
        WHERE s.resident_id = p.resident_id AND (s.id = p.id OR s.relation = 'self')
          AND coalesce(s.facts -> e.name, 'false') NOT IN ('false', 'null'))
"""  # noqa: S608  (constants only)
INTERESTS = """
SELECT resident_id, array_agg(DISTINCT topic)
  FROM persons, unnest(interests) AS i(topic) GROUP BY resident_id
"""
HEAP = """
CREATE TEMPORARY TABLE newly_due_heap (resident_id uuid, person_id uuid, service text,
  occurrence text, what text) ON COMMIT DROP
"""
# What a parent has done, or this resident put aside, needs no word any more.
KEEP = """
INSERT INTO newly_due (resident_id, person_id, service, occurrence, what, day)
SELECT h.resident_id, h.person_id, h.service, h.occurrence, h.what, :day
  FROM newly_due_heap h
 WHERE NOT EXISTS (
       SELECT 1 FROM todo_acts a
        WHERE a.person_id = h.person_id AND a.service = h.service
          AND a.occurrence = h.occurrence AND a.undone_at IS NULL
          AND (a.kind = 'done' OR a.by = h.resident_id))
ON CONFLICT DO NOTHING
"""


class Due(NamedTuple):
    """One line found; the order of the heap's columns."""

    resident: UUID
    person: UUID
    service: str
    occurrence: str
    what: What


@dataclass(frozen=True, slots=True)
class Asked:
    """A service and what may happen with it on the day, for people born in the ranges."""

    service: Service
    what: What
    ranges: tuple[BirthdateRange, ...]
    anyone: bool  # the calendar alone decides
    apart: frozenset[str]  # facts by which a person is asked about alone


@dataclass
class Answers:
    """The rules asked forwards on one day, once for each service and birthdate."""

    day: date
    kept: dict[tuple[str, date | None, What], str | None] = field(default_factory=dict)

    def occurrence(self, asked: Asked, person: Person) -> str | None:
        """Which occurrence of the service it is about; None when nothing happens after all."""
        key = asked.service.key, person.birthdate, asked.what
        if key not in self.kept:
            found = match_on(asked.service, person, NO_FACTS, self.day)
            happens = found is not None and what_happens(found, self.day) is asked.what
            self.kept[key] = occurrence_of(found, self.day) if found and happens else None
        return self.kept[key]


def tick() -> None:
    """At night: every day that was not looked through yet, the last week's too."""
    day = today()
    if in_tokyo(now()).hour < NIGHT_FROM:
        return
    last = read().execute(text("SELECT max(day) FROM newly_due_sweeps")).scalar()
    start = day if last is None else max(last + timedelta(days=1), day - timedelta(CATCH_UP_DAYS))
    for shift in range((day - start).days + 1):
        sweep(start + timedelta(days=shift))


def sweep(day: date) -> int:
    """Keep what becomes due on the day for everybody; returns how many lines were new."""
    with transaction() as session:
        session.execute(text("SET LOCAL statement_timeout = '5min'"))
        session.execute(text(HEAP))
        _heap(session, list(found_on(session, day)))
        kept = session.execute(text(KEEP), {"day": day}).rowcount  # type: ignore[attr-defined]
        session.execute(
            text("DELETE FROM newly_due WHERE day < :old"), {"old": day - timedelta(KEEP_DAYS)}
        )
        session.merge(NewlyDueSweep(day=day, found=kept, finished_at=now()))
    return int(kept)


def found_on(session: Session, day: date) -> Iterator[Due]:
    """Everything that becomes due on the day, by birthdate and by dates people entered."""
    asked = questions(day)
    answers = Answers(day)
    wanted = [row for n, each in enumerate(asked) for row in _wanted(n, each)]
    found = session.execute(text(FOUND), {"wanted": json.dumps(wanted)})
    for n, resident, id_, birthdate, relation, sex in found:
        person = Person(str(id_), Relation(relation), birthdate, sex or "")
        occurrence = answers.occurrence(asked[n], person)
        if occurrence is not None:
            yield Due(resident, id_, asked[n].service.key, occurrence, asked[n].what)
    yield from _by_entered_dates(session, asked, day)


def questions(day: date) -> list[Asked]:
    """What to look for on the day, service by service."""
    return [
        each
        for service, shows in day_index(load_catalogue(), day).showing.items()
        if service.confirmed  # without a date the city stands behind, nothing begins or ends
        for each in _about(service, shows, day)
    ]


def what_happens(match: Match, day: date) -> What | None:
    """What begins on the day with a service that is visible for somebody."""
    window = match.window
    if window is None:
        return None
    if window.opens == day:
        return What.OPENS
    last_days = timedelta(days=match.service.soon_days - 1)
    ends = match.state is State.DUE_SOON and window.closes == day + last_days
    return What.SOON if ends else None


def _about(service: Service, shows: Showing, day: date) -> Iterator[Asked]:
    rule = shows.rule
    apart = {*upcoming.excludes_of(rule), *upcoming_facts.other_anchors(rule)}
    ends = day + timedelta(days=service.soon_days - 1)
    anyone = BIRTHDATE not in rule.anchors
    opening = birthdates_opening_between(rule, day, day) if rule.reversible else ()
    yield Asked(service, What.OPENS, opening, anyone, frozenset(apart))
    if service.kind is not Kind.INFORMATION:  # news that ends soon asks nothing of anybody
        closing = birthdates_closing_between(rule, ends, ends) if rule.reversible else ()
        yield Asked(service, What.SOON, closing, anyone, frozenset(apart))


def _wanted(n: int, asked: Asked) -> Iterator[dict[str, Any]]:
    service = asked.service
    for each in asked.ranges[:1] if asked.anyone else asked.ranges:
        yield {
            "n": n,
            "first": (each.first or FIRST).isoformat(),
            "last": (each.last or LAST).isoformat(),
            "anyone": asked.anyone,
            "relations": sorted(RELATIONS[service.who]),
            "sex": service.sex,
            "districts": sorted(service.districts),
            "topics": sorted(service.topics) if service.shown is Shown.INTEREST else [],
            "without": sorted(asked.apart),
        }


def _by_entered_dates(session: Session, asked: Iterable[Asked], day: date) -> Iterator[Due]:
    """People who entered dates, for the services those dates decide about."""
    services = {each.service: each.apart for each in asked if each.apart}
    if not services:
        return
    interests = {
        resident: frozenset(topics) for resident, topics in session.execute(text(INTERESTS))
    }
    for row in session.execute(text(upcoming_facts.PEOPLE)):
        facts = upcoming_facts.facts_of(row)
        for service, apart in services.items():
            if apart.isdisjoint(name for name, value in facts.items() if value):
                continue
            if _is_theirs(service, row, interests.get(row.resident_id, frozenset())):
                yield from _asked_alone(service, row, facts, day)


def _is_theirs(service: Service, row: Any, interests: frozenset[str]) -> bool:
    if Relation(row.relation) not in RELATIONS[service.who]:
        return False
    if service.sex and row.sex and row.sex != service.sex:
        return False
    if service.shown is Shown.INTEREST and interests.isdisjoint(service.topics):
        return False
    return not service.districts or row.district in service.districts


def _asked_alone(service: Service, row: Any, facts: Facts, day: date) -> Iterator[Due]:
    person = Person(str(row.id), Relation(row.relation), row.birthdate, row.sex or "", facts=facts)
    found = match_on(service, person, NO_FACTS, day)
    what = what_happens(found, day) if found else None
    if found and what:
        yield Due(row.resident_id, row.id, service.key, occurrence_of(found, day), what)


def _heap(session: Session, found: Iterable[Due]) -> None:
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY newly_due_heap FROM STDIN") as copy:
        for due in found:
            copy.write_row(due)

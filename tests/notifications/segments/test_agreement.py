"""SQL and Python answer every segment alike, and services as My Page itself would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from notifications.segments import tests as asked
from notifications.segments.boxes import boxes_of, json_of
from notifications.segments.city import askable_services, sentence, setting
from notifications.segments.counting import all_facts, residents
from notifications.segments.segment import Segment
from portal.catalogue.evaluation import Person, match_on
from portal.catalogue.model import Relation
from portal.catalogue.rules import NO_FACTS
from portal.catalogue.upcoming_facts import facts_of
from portal.catalogue.windows import State
from portal.core.clock import today
from portal.core.db import read
from portal.mypage.todos import occurrence_of
from tests.notifications.segments.families import populate, tree

MANY, TREES = 2_000, 50
CARDS = """
SELECT p.resident_id, p.relation, p.birthdate, p.sex, p.district, p.expected_on,
       s.facts, p.facts, p.id
  FROM persons p LEFT JOIN persons s ON s.resident_id = p.resident_id AND s.relation = 'self'
 WHERE p.silenced_at IS NULL
 UNION ALL
SELECT c.resident_id, CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END,
       p.birthdate, p.sex, s.district, p.expected_on, s.facts, '{}', p.id
  FROM card_shares c
  JOIN persons p ON p.id = c.person_id AND p.resident_id <> c.resident_id
   AND NOT (p.relation = 'expected' AND p.silenced_at IS NOT NULL)
  LEFT JOIN persons s ON s.resident_id = c.resident_id AND s.relation = 'self'
 WHERE c.silenced_at IS NULL
"""


def compare(trees: int, seed: int) -> list[float]:
    """Every random segment asked both ways; the shares of residents chosen."""
    tools = populate(MANY, seed)
    everybody = dict(all_facts(read()))
    dice, now = random.Random(seed), setting()
    shares = []
    for _ in range(trees):
        value = tree(dice, tools)
        segment = Segment.read(value, now)
        test = segment.test(now)
        by_python = {who for who, facts in everybody.items() if asked.holds(test, facts)}
        assert residents(read(), test) == by_python, value
        boxed = Segment.read(json_of(boxes_of(value))).test(now)
        assert {who for who in by_python if asked.holds(boxed, everybody[who])} == by_python, value
        assert len(residents(read(), boxed)) == len(by_python), value
        assert sentence(segment)
        shares.append(len(by_python) / len(everybody))
    return shares


def test_sql_and_python_agree_on_random_families(ctx: Flask) -> None:
    shares = compare(TREES, seed=11)
    assert sum(0.01 < share < 0.99 for share in shares) > TREES // 3  # they did choose


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(20, 25))
def test_sql_and_python_agree_on_many_more(ctx: Flask, seed: int) -> None:
    compare(300, seed)


def test_services_are_open_due_and_done_as_on_my_page(ctx: Flask) -> None:
    populate(300, seed=5)
    cards = list(read().execute(text(CARDS)))
    done = {
        (person, service, occurrence)
        for person, service, occurrence in read().execute(
            text("SELECT person_id, service, occurrence FROM todo_acts"
                 " WHERE kind = 'done' AND undone_at IS NULL")
        )
    }  # fmt: skip
    here = {who for who, _ in all_facts(read())}
    now, chosen = setting(), 0
    for service in askable_services(today()):
        matches = list(_matches(service, cards))
        for name, states in (("service_open", "open"), ("service_due", "due")):
            if states == "due" and not service.confirmed:
                continue
            for mark in ("no", "yes", "any"):
                value = {"has_person": {name: {"service": service.key, "done": mark}}}
                expected = {
                    row.resident_id
                    for row, match in matches
                    if row.resident_id in here
                    and _is(states, match)
                    and _fits(mark, (row.id, service.key, occurrence_of(match, today())) in done)
                }
                found = residents(read(), Segment.read(value).test(now))
                assert found == expected, value
                chosen += bool(found)
    assert chosen > 100


def _matches(service: Any, cards: list[Any]) -> Iterator[tuple[Any, Any]]:
    for row in cards:
        if Relation(row.relation) not in service.who.relations:
            continue
        if service.sex and row.sex and row.sex != service.sex:
            continue
        if service.districts and row.district not in service.districts:
            continue
        person = Person(
            "", Relation(row.relation), row.birthdate, row.sex or "", facts=facts_of(row)
        )
        match = match_on(service, person, NO_FACTS, today(), even_hidden=True)
        if match is not None:
            yield row, match


def _is(states: str, match: Any) -> bool:
    """Open today (nothing that is over or to come); due: in the last days, news included."""
    if match.state not in (State.OPEN, State.DUE_SOON):
        return False
    if states == "open":
        return True
    last = match.window.closes if match.window else None
    return last is not None and last - today() < timedelta(days=match.service.soon_days)


def _fits(mark: str, is_done: bool) -> bool:
    return mark == "any" or is_done is (mark == "yes")


def test_ids_of_a_sample_are_read_alone(ctx: Flask) -> None:
    populate(60, seed=3)
    everybody = dict(all_facts(read()))
    some: list[UUID] = sorted(everybody)[:7]
    assert dict(all_facts(read(), some)) == {who: everybody[who] for who in some}

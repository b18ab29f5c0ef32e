"""The nightly sweep finds, for everybody at once, what each My Page would say is new that day."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from launcher.population import Population, load
from portal.catalogue import ages
from portal.catalogue.evaluation import evaluate
from portal.catalogue.load import load_catalogue
from portal.catalogue.rules import BIRTHDATE
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.mypage import newly_due
from portal.mypage.acts import complete
from portal.mypage.newly_models import NewlyDue, NewlyDueSweep, What
from portal.mypage.relatives import household_facts, relatives_of
from portal.mypage.todos import occurrence_of
from portal.residents.family import Card, add_person, silence_person
from portal.residents.models import Person, Relation, Resident
from tests.portal.signing_in import resident_born

CHECK = "check_18m"
DAYS = [  # ordinary, school year, its eve, leap day, fiscal year's birthdays, year's end
    date(2026, 11, 20),
    date(2027, 4, 1),
    date(2027, 3, 31),
    date(2028, 2, 29),
    date(2027, 4, 2),
    date(2026, 12, 31),
]


def by_everybodys_page(day: date) -> set[newly_due.Due]:
    """The same by asking the rules forwards for every family, as My Page does."""
    found = set()
    for me in read().execute(select(Resident.id)).scalars():
        family = relatives_of(me, day)
        people = [each.person for each in family]
        for match in evaluate(load_catalogue(), people, household_facts(family), day):
            what = newly_due.what_happens(match, day)
            if what:
                occurrence = occurrence_of(match, day)
                person = UUID(match.person_ref)
                found.add(newly_due.Due(me, person, match.service.key, occurrence, what))
    return found


def swept(day: date) -> set[newly_due.Due]:
    with transaction() as session:
        return set(newly_due.found_on(session, day))


@pytest.fixture
def town(ctx: Flask) -> None:
    """Some hundred families, some with dates of their own, interests and a shared child."""
    districts = list(load_catalogue().districts)
    load(Population(date(2026, 11, 20), districts, seed=7).households(300))
    with transaction() as session:
        for name in ("moved_in", "married_on"):  # one household in seven, on different days
            session.execute(
                text(
                    "UPDATE persons SET facts = jsonb_build_object(CAST(:name AS text), "
                    "(date '2026-11-20' - get_byte(uuid_send(id), 15) % 12)::text) "
                    "WHERE relation = 'self' AND get_byte(uuid_send(id), 14) % 14 = :share"
                ),
                {"name": name, "share": len(name) % 14},
            )
        session.execute(
            text(
                "UPDATE persons SET silenced_at = now() "
                "WHERE relation = 'child' AND get_byte(uuid_send(id), 14) % 20 = 0"
            )
        )


@pytest.mark.usefixtures("town")
def test_it_agrees_with_every_my_page() -> None:
    seen: set[newly_due.Due] = set()
    for day in DAYS:
        expected = by_everybodys_page(day)
        assert swept(day) == expected
        seen |= expected
    assert {each.what for each in seen} == set(What)
    by_entered_dates = {each.service for each in seen} & {
        service.key
        for service in load_catalogue().services
        if any(name != BIRTHDATE for name in service.versions[-1].rule.anchors)
    }
    assert by_entered_dates
    assert len({each.service for each in seen}) > 12


def test_the_day_a_check_begins_and_the_day_its_last_two_weeks_do(ctx: Flask) -> None:
    me, child = parent_of_a_child_born(date(2025, 5, 20))
    service = load_catalogue().service(CHECK)
    begins = date(2026, 11, 20)
    assert newly_due.Due(me, child, CHECK, "", What.OPENS) in swept(begins)
    ends = ages.attain(date(2025, 5, 20), 2)
    last_days = ends - timedelta(days=service.soon_days - 1)
    assert newly_due.Due(me, child, CHECK, "", What.SOON) in swept(last_days)
    for day in (begins - timedelta(days=1), begins + timedelta(days=1), last_days + ages.DAY):
        assert not [each for each in swept(day) if each.service == CHECK]


def test_once_for_each_occurrence(ctx: Flask) -> None:
    parent_of_a_child_born(date(2025, 5, 20))
    day = date(2026, 11, 20)
    assert newly_due.sweep(day) > 0
    assert newly_due.sweep(day) == 0


def test_what_is_done_or_silent_needs_no_word(ctx: Flask) -> None:
    me, child = parent_of_a_child_born(date(2025, 5, 20))
    with time_machine.travel("2026-11-20T03:00:00Z", tick=False), transaction() as session:
        complete(session, me, child, CHECK, "")
    newly_due.sweep(date(2026, 11, 20))
    assert CHECK not in kept_services()
    _, silent = parent_of_a_child_born(date(2025, 5, 20))
    with transaction() as session:
        silence_person(session, session.get_one(Person, silent))
    newly_due.sweep(date(2026, 11, 20))
    assert CHECK not in kept_services()


def test_nights_that_were_missed_are_made_up_for(ctx: Flask) -> None:
    with time_machine.travel("2026-11-17T18:00:00Z", tick=False):  # 3 o'clock on the 18th
        newly_due.tick()
    with time_machine.travel("2026-11-19T15:30:00Z", tick=False):  # half past midnight
        newly_due.tick()
        assert last_sweep() == date(2026, 11, 18)
    with time_machine.travel("2026-11-19T18:00:00Z", tick=False):
        parent_of_a_child_born(date(2025, 5, 19))
        newly_due.tick()
        newly_due.tick()
    days = read().execute(select(NewlyDueSweep.day).order_by(NewlyDueSweep.day)).scalars().all()
    assert days == [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]
    assert CHECK in kept_services()


def parent_of_a_child_born(born: date) -> tuple[UUID, UUID]:
    from flask import current_app

    me = resident_born(current_app._get_current_object(), ages.add_months(today(), -360))
    with transaction() as session:
        card = Card(relation=Relation.CHILD, nickname="あおば", birthdate=born)
        return me, add_person(session, me, card).id


def kept_services() -> set[str]:
    return set(read().execute(select(NewlyDue.service)).scalars())


def last_sweep() -> date | None:
    return read().execute(text("SELECT max(day) FROM newly_due_sweeps")).scalar()

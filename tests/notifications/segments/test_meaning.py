"""A segment means the same to PostgreSQL, to Python and in words."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from auth.identities import EMAIL, LINE, add
from notifications.channels.models import ChannelStop
from notifications.segments import tests as asked
from notifications.segments.ages import Age, FiscalAge, born_by
from notifications.segments.city import sentence, setting
from notifications.segments.conditions import KINDS
from notifications.segments.counting import all_facts, count, residents, residents_by_python
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.catalogue.ages import fy, fy_end_age, turn
from portal.catalogue.load import load_catalogue
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.ids import new_id
from portal.residents.models import Person, Resident
from tests.notifications.city import line_id, months_ago, resident

KITA, CHUO, MINAMI = list(load_catalogue().districts)[:3]
DISTRICTS = [CHUO, KITA, MINAMI, None]
NAMES = {
    name
    for each in load_catalogue().services
    if (rule := each.rule_on(today()))
    for name in rule.excludes
}
FACTS = [{}, dict.fromkeys(NAMES, True), dict.fromkeys(NAMES, False), {"married": "2027-01-01"}]


def populate(many: int, seed: int) -> None:
    """Random families: unknown dates, silenced cards, blocks and people who left among them."""
    dice = random.Random(seed)
    with transaction() as session:
        for number in range(many):
            who = Resident(
                id=new_id(),
                language=dice.choice(["ja", "ja", "en"]),
                created_at=now() - timedelta(hours=dice.randrange(0, 24 * 500)),
                left_at=now() if dice.random() < 0.05 else None,
            )
            session.add(who)
            session.flush()
            session.add_all(person(dice, who.id, "self") for _ in range(1))
            session.add_all(
                person(dice, who.id, dice.choice(["child", "child", "parent", "other"]))
                for _ in range(dice.randrange(0, 4))
            )
            if dice.random() < 0.6:
                add(session, who.id, LINE, line_id(number))
                if dice.random() < 0.2:
                    session.add(ChannelStop(resident_id=who.id, channel="line", reason="blocked"))
            if dice.random() < 0.5:
                add(session, who.id, EMAIL, f"r{number}@mail.example")


def person(dice: random.Random, resident_id: Any, relation: str) -> Person:
    years = dice.choice([dice.randrange(0, 7), dice.randrange(0, 100)])
    born = today() - timedelta(days=years * 365 + dice.randrange(0, 366))
    return Person(
        resident_id=resident_id,
        relation=relation,
        birthdate=None if dice.random() < 0.1 else born,
        sex=dice.choice(["F", "M", None]),
        district=dice.choice(DISTRICTS),
        interests=dice.sample(["culture", "sports", "health"], dice.randrange(0, 3)),
        facts=dice.choice(FACTS),
        silenced_at=now() if dice.random() < 0.05 else None,
    )


SERVICES = ["check_18m", "vac_pcv_elder", "cancer_cervix", "child_allowance", "school_entry"]
EXCLUDING = [
    each.key
    for each in load_catalogue().services
    if (rule := each.rule_on(today())) and rule.excludes and rule.reversible and rule.anchors
]


def conditions() -> Any:
    ages = st.tuples(st.integers(0, 90), st.integers(0, 20)).map(
        lambda two: {"from": two[0], "to": two[0] + two[1]}
    )
    half = st.integers(0, 100).flatmap(lambda n: st.sampled_from([{"from": n}, {"to": n}]))
    days = st.integers(0, 500).map(lambda n: (today() - timedelta(days=n)).isoformat())
    known = SERVICES + EXCLUDING[:3]
    about = [
        st.builds(
            lambda v: {"relation": v},
            st.lists(st.sampled_from(["self", "child", "parent"]), min_size=1),
        ),
        st.builds(lambda v: {"district": v}, st.lists(st.sampled_from([CHUO, KITA]), min_size=1)),
        st.builds(
            lambda v: {"interest": v}, st.lists(st.sampled_from(["culture", "sports"]), min_size=1)
        ),
        st.builds(lambda v: {"sex": v}, st.sampled_from(["F", "M"])),
        st.builds(lambda v: {"age": v}, ages | half),
        st.builds(lambda v: {"fiscal_age": v}, ages | half),
        st.builds(lambda v: {"service_open": v}, st.sampled_from(known)),
    ]
    person_tree = st.recursive(st.one_of(*about), _joined, max_leaves=4)
    outer = [
        st.builds(lambda v: {"language": v}, st.sampled_from(["ja", "en"])),
        st.builds(
            lambda v: {"channel": v}, st.lists(st.sampled_from(["line", "mail"]), min_size=1)
        ),
        st.builds(lambda v: {"registered": {"from": v}}, days),
        st.builds(lambda v: {"registered": {"to": v}}, days),
        st.builds(lambda v: {"has_person": v}, person_tree),
    ]
    return st.recursive(st.one_of(*outer), _joined, max_leaves=5)


def _joined(inner: Any) -> Any:
    return st.one_of(
        st.builds(lambda v: {"all": v}, st.lists(inner, max_size=3)),
        st.builds(lambda v: {"any": v}, st.lists(inner, max_size=3)),
        st.builds(lambda v: {"not": v}, inner),
    )


def test_sql_and_python_agree_on_random_residents(ctx: Flask) -> None:
    populate(400, seed=7)
    everybody = dict(all_facts(read()))
    shares: list[float] = []

    @tuned(max_examples=60, deadline=None, database=None)
    @given(conditions())
    def agree(value: dict[str, Any]) -> None:
        segment = Segment.read(value)
        assert Segment.read(json.loads(json.dumps(segment.json()))) == segment
        test = segment.test(setting())
        by_python = {who for who, facts in everybody.items() if asked.holds(test, facts)}
        assert residents(read(), test) == by_python, value
        assert sentence(segment)
        assert count(read(), test).total == len(by_python)
        shares.append(len(by_python) / len(everybody))

    agree()
    assert sum(0.02 < share < 0.98 for share in shares) > 10  # they did choose


def test_the_child_and_the_district_are_of_the_same_person(ctx: Flask) -> None:
    child, grown = months_ago(19), months_ago(120)
    right = resident(children=((child, KITA), (grown, CHUO)))
    resident(children=((child, CHUO), (grown, KITA)))
    same = Segment.read(
        {"has_person": {"relation": "child", "service_open": "check_18m", "district": [KITA]}}
    )
    test = same.test(setting())
    assert residents(read(), test) == {right}
    assert residents_by_python(read(), test) == {right}
    apart = Segment.read(
        {
            "all": [
                {"has_person": {"service_open": "check_18m"}},
                {"has_person": {"district": [KITA]}},
            ]
        }
    )
    assert len(residents(read(), apart.test(setting()))) == 2


def test_the_sentence_says_whom_in_both_languages(ctx: Flask) -> None:
    segment = Segment.read(
        {
            "all": [
                {
                    "has_person": {
                        "relation": "child",
                        "service_open": "check_18m",
                        "district": [CHUO, KITA],
                    }
                },
                {"language": "ja"},
            ]
        }
    )
    chuo, kita = (load_catalogue().districts[key].name for key in (CHUO, KITA))
    assert sentence(segment, "ja") == (
        f"「1歳6か月児健診」の時期にある（済んだ人を除く）、かつ{chuo.ja}または{kita.ja}に住む子どもがいる、"
        "かつ日本語で読む人"
    )
    assert sentence(segment, "en") == (
        "Residents with a child who is due for “Check at one year and six months” (without those "
        f"who have done it) and lives in {chuo.en} or {kita.en} and who read in Japanese"
    )
    assert sentence(Segment.read({"all": []}), "ja") == "登録しているすべての人"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ([], "segment"),
        ({"colour": "red"}, "segment.colour"),
        ({"district": [CHUO]}, "segment.district"),
        ({"has_person": {"language": "ja"}}, "segment.has_person.language"),
        ({"has_person": {"has_person": {}}}, "segment.has_person.has_person"),
        ({"has_person": {"relation": "cat"}}, "'cat'"),
        ({"has_person": {"age": {"from": 9, "to": 3}}}, "from is greater"),
        ({"has_person": {"age": {"from": "9"}}}, "whole numbers"),
        ({"has_person": {"age": {}}}, "segment.has_person.age"),
        ({"has_person": {"service_open": 3}}, "service_open"),
        ({"registered": {"from": "yesterday"}}, "2026-04-01"),
        ({"any": {}}, "segment.any"),
        ({"language": []}, "segment.language"),
    ],
)
def test_faults_name_their_place(value: Any, place: str) -> None:
    with pytest.raises(SegmentFault) as caught:
        Segment.read(value)
    assert place in str(caught.value)


def test_a_segment_can_not_be_nested_without_end() -> None:
    value: dict[str, Any] = {"language": "ja"}
    for _ in range(20):
        value = {"not": value}
    with pytest.raises(SegmentFault, match="deeply"):
        Segment.read(value)


def test_unknown_and_sensitive_services_are_refused_at_their_place(ctx: Flask) -> None:
    sensitive = next(each.key for each in load_catalogue().services if each.sensitive)
    for key, why in (("no_such_service", "no service"), (sensitive, "sensitive")):
        for name in ("service_open", "service_due", "done"):
            value = {"all": [{"language": "ja"}, {"has_person": {name: key}}]}
            with pytest.raises(SegmentFault, match=why) as caught:
                Segment.read(value, setting())
            assert caught.value.where == f"segment.all[1].has_person.{name}"


@given(st.dates(date(1920, 1, 1), date(2026, 12, 31)), st.integers(0, 100))
def test_ages_change_on_the_birthday(birthdate: date, years: int) -> None:
    day = date(2028, 2, 29)
    assert (birthdate <= born_by(day, years)) is (turn(birthdate, years) <= day)


@given(st.dates(date(1990, 1, 1), date(2026, 11, 20)), st.integers(0, 30))
def test_fiscal_ages_run_from_april_2(birthdate: date, years: int) -> None:
    day = date(2026, 11, 20)
    between = FiscalAge(years, years).test(setting_on(day))
    assert isinstance(between, asked.Between)
    assert asked.holds(between, asked.PersonFacts("child", birthdate)) is (
        fy_end_age(birthdate, fy(day)) == years
    )


@given(st.dates(date(1920, 1, 1), date(2026, 11, 20)), st.integers(0, 90), st.integers(0, 9))
def test_an_age_span_holds_both_ends(birthdate: date, first: int, more: int) -> None:
    day = date(2026, 11, 20)
    test = Age(first, first + more).test(setting_on(day))
    said = asked.holds(test, asked.PersonFacts("child", birthdate))
    assert said is (turn(birthdate, first) <= day < turn(birthdate, first + more + 1))


def setting_on(day: date) -> Any:
    return setting(day)


def test_every_condition_has_its_own_name() -> None:
    assert len(KINDS) == 15

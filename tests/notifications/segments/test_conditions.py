"""Each condition takes people out, says where it is wrong, and is offered by the picker."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from notifications.commands import _explained
from notifications.segments import tests as asked
from notifications.segments.boxes import OF_PERSON, OF_RESIDENT, boxes_of, json_of
from notifications.segments.choices import Choices
from notifications.segments.city import sentence, setting
from notifications.segments.conditions import KINDS
from notifications.segments.counting import all_facts, residents
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.catalogue.load import load_catalogue
from portal.catalogue.reverse import birthdates_closing_between
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.mypage.models import TodoAct
from portal.residents.models import Person
from portal.residents.sharing_models import CardShare
from tests.notifications.city import months_ago, resident
from tests.notifications.segments.families import DISTRICTS, known, populate


def one_of_each(tool: str) -> dict[str, Any]:
    """A value of every condition that some families fulfil and some do not."""
    return {
        "relation": ["child"],
        "age": {"from": 3, "to": 40},
        "fiscal_age": {"to": 6},
        "school": ["elementary", "enters_junior_high"],
        "sex": ["F"],
        "district": [DISTRICTS[0]],
        "interest": ["childcare"],
        "service_open": "tokutei",
        "service_due": "check_18m",
        "done": "tokutei",
        "language": ["ja"],
        "channel": ["line"],
        "registered": {"from": "2026-01-01"},
        "favourite": [{"kind": "page", "key": "library"}],
        "tool": [tool],
    }


def test_every_condition_takes_people_out_in_sql_and_in_python(ctx: Flask) -> None:
    tool = populate(500, seed=2)[0]
    rule = load_catalogue().service("check_18m").rule_on(today())
    assert rule is not None
    ending = birthdates_closing_between(rule, today(), today() + timedelta(days=5))[0].last
    resident(children=((ending or today(), DISTRICTS[0]),))
    values = one_of_each(tool)
    assert set(values) == set(KINDS)  # a new condition needs its line above
    everybody, now = dict(all_facts(read())), setting()
    for name, value in values.items():
        condition = {name: value}
        inner = {"has_person": condition} if KINDS[name].about_person else condition
        test = Segment.read(inner, now).test(now)
        found = residents(read(), test)
        assert 0 < len(found) < len(everybody), name
        assert found == {who for who, facts in everybody.items() if asked.holds(test, facts)}, name
        assert sentence(Segment.read(inner), "ja") != sentence(Segment.read(inner), "en")
        assert json_of(boxes_of(inner)) == inner or name in ("service_open", "service_due")


def test_the_picker_offers_every_condition_by_name(ctx: Flask) -> None:
    names = Choices().kinds
    assert {*OF_RESIDENT, *OF_PERSON} == set(names)
    assert len(set(names.values())) == len(names)


def test_a_shared_child_counts_on_both_pages_but_not_the_other_home(ctx: Flask) -> None:
    born = months_ago(19)
    owner = resident(children=((born, DISTRICTS[0]),), district=DISTRICTS[0])
    other = resident(district=DISTRICTS[1])
    with transaction() as session:
        card = session.query(Person).filter_by(resident_id=owner, relation="child").one()
        card.interests = ["childcare"]
        session.add(
            CardShare(
                person_id=card.id, resident_id=other, role="co-parent", name="う", owner_name="も"
            )
        )

    def chosen(**child: Any) -> set[Any]:
        return residents(
            read(),
            Segment.read({"has_person": {"relation": "child", **child}}).test(setting()),
        )

    assert chosen(service_open="check_18m") == {owner, other}
    assert chosen(district=DISTRICTS[0]) == {owner}
    assert chosen(district=DISTRICTS[1]) == {other}
    assert chosen(interest="childcare") == {owner}
    with transaction() as session:
        session.add(
            TodoAct(person_id=card.id, service="check_18m", occurrence="", kind="done", by=other)
        )
    assert chosen(service_open="check_18m") == set()  # one parent did it, so neither is told
    assert chosen(service_open={"service": "check_18m", "done": "yes"}) == {owner, other}
    with transaction() as session:
        session.query(CardShare).one().silenced_at = card.created_at
    assert chosen(service_open={"service": "check_18m", "done": "any"}) == {owner}


def test_what_tells_of_illness_or_family_is_refused_with_the_reason(ctx: Flask) -> None:
    known(key="rehab", sensitive=True)
    known(key="library", sensitive=False)
    for value in (
        {"favourite": {"kind": "page", "key": "rehab"}},
        {"has_person": {"interest": "結婚・離婚"}},
    ):
        with pytest.raises(SegmentFault, match="sensitive"):
            Segment.read(value, setting())
    Segment.read({"favourite": {"kind": "page", "key": "library"}}, setting())


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"favourite": "library"}, "segment.favourite"),
        ({"favourite": [{"kind": "page"}]}, "segment.favourite[0]"),
        ({"tool": ["x"]}, "segment.tool"),
        ({"has_person": {"service_open": {"service": "a", "done": "maybe"}}},
         "segment.has_person.service_open.done"),
        ({"all": [{}, {"has_person": {"school": "university"}}]},
         "segment.all[1].has_person.school"),
        ({"language": 3}, "segment.language"),
        ({"registered": {"from": 3}}, "segment.registered"),
    ],
)  # fmt: skip
def test_faults_say_where(value: Any, place: str) -> None:
    with pytest.raises(SegmentFault) as caught:
        Segment.read(value)
    assert caught.value.where == place


def test_the_last_days_of_an_unconfirmed_service_are_nobodys(ctx: Flask) -> None:
    with pytest.raises(SegmentFault, match=r"segment.has_person.service_due: .* not confirmed"):
        Segment.read({"has_person": {"service_due": "dental"}}, setting())


def test_explaining_says_both_counts(ctx: Flask) -> None:
    populate(120, seed=9)
    said = _explained({"not": {"has_person": {"relation": "child"}}}, "ja")
    assert said["sql"] == said["python"] > 0
    assert said["agree"] is True


def test_the_command_names_the_place_of_a_fault(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "segment.json"
    file.write_text(json.dumps({"any": [{"age": {"from": 3}}]}), "utf-8")
    from notifications.commands import segments

    environment = {
        name: str(value) for name, value in settings.model_dump().items() if value is not None
    }
    done = CliRunner().invoke(segments, ["explain", str(file)], env=environment)
    assert done.exit_code == 1
    assert "segment.any[0].age: must stand inside has_person" in done.output

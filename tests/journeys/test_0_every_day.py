"""The journeys can be walked on any day of the year: the demo people's screens stay full."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from launcher.demo_people import DemoResident, demo_residents
from portal.catalogue.evaluation import Match, Person, evaluate
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Kind, Relation
from portal.catalogue.windows import State
from portal.core.clock import today

DAYS = [today() + timedelta(days=number) for number in range(0, 366, 5)]
NEEDED = {
    ("さくら", "つくし"): {
        "1歳6か月児健診",
        "水ぼうそうの予防接種(2回)",
        "五種混合の予防接種(4回)",
    },
    ("さくら", "すみれ"): {"麻しん風しんの予防接種(2期・年長)"},
}


def on(day: date, resident: DemoResident) -> list[Match]:
    cards = [
        Person(
            card.nickname,
            Relation(card.relation),
            card.born,
            card.sex or "",
            resident.district,
            expected_date=card.expected,
        )
        for card in resident.cards
    ]
    return evaluate(load_catalogue(), cards, {}, day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_demo_resident_has_something_to_do(day: date) -> None:
    for resident in demo_residents(day):
        found = on(day, resident)
        now = [each for each in found if each.state is not State.FUTURE]
        assert any(each.service.kind is Kind.TODO for each in now), resident.nickname
        assert len(now) >= 3, resident.nickname
        for (name, person), titles in NEEDED.items():
            if name == resident.nickname:
                shown = {each.service.title.ja for each in now if each.person_ref == person}
                assert titles <= shown

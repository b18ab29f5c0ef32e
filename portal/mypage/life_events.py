"""Life events: what each is called, the fact it gives the rules, and the services that go with it.

The public index by life event and the residents' own pages read the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.catalogue.model import Catalogue, Relation, Service
from portal.catalogue.rules.base import BIRTHDATE
from portal.core.errors import N_


@dataclass(frozen=True)
class LifeEvent:
    """One kind of event. Words are English message keys.

    fact: the household's date the rules count from ("" where a person card carries it)
    categories: of DS-491-1, whose services go with it
    services: keys of further ones, first
    about: relations of the cards one may choose from; empty: nobody is asked
    ahead, behind: how many days the day may lie in the future and in the past
    """

    key: str
    title: str
    day_label: str
    icon: str
    fact: str
    categories: tuple[str, ...]
    services: tuple[str, ...] = ()
    about: tuple[Relation, ...] = ()
    ahead: int = 366
    behind: int = 366


MOVING = ("引っ越し・住まい", "水道・ガス・電気")
EVENTS: Sequence[LifeEvent] = (
    LifeEvent(
        "move_in", N_("Moving into the city"), N_("The day you moved or will move"), "place",
        "moved_in", MOVING, ("move_in", "child_allowance"),
    ),
    LifeEvent(
        "move_within", N_("Moving within the city"), N_("The day you moved or will move"), "place",
        "moved_in", MOVING, ("move_in",),
    ),
    LifeEvent(
        "move_out", N_("Moving away"), N_("The day you move"), "place",
        "move_date", MOVING, ("move_out",),
    ),
    LifeEvent(
        "birth", N_("A child is born"), N_("Birthdate"), "child",
        "", ("妊娠・出産", "子育て"), (), (Relation.EXPECTED,), ahead=0,
    ),
    LifeEvent(
        "marriage", N_("Marriage"), N_("The day of the marriage"), "heart",
        "married_on", ("結婚・離婚",), ("marriage",),
    ),
    LifeEvent(
        "bereavement", N_("A death in the family"), N_("The day you learned of it"), "heart",
        "death_known", ("ご不幸",), (),
        (Relation.SPOUSE, Relation.CHILD, Relation.PARENT, Relation.OTHER), ahead=0,
    ),
    LifeEvent(
        "retirement", N_("Leaving work"), N_("The day after your last day at work"), "person",
        "insurance_changed", ("就職・退職", "国民健康保険", "国民年金"), ("nhi_join", "job_change"),
    ),
    LifeEvent(
        "disaster", N_("A disaster at home"), N_("The day of the disaster"), "alert",
        "disaster_on", ("防災",), (), ahead=0,
    ),
)  # fmt: skip
BY_KEY = {event.key: event for event in EVENTS}


def services_of(event: LifeEvent, catalogue: Catalogue, today: date) -> list[Service]:
    """Services that go with an event: those that count from its day, named ones, its categories'.

    Sensitive ones come with their category: they can be found; nobody acts on them.
    """
    counted = [each for each in catalogue.services if _counts_from(each, event.fact, today)]
    named = [found for key in event.services if (found := catalogue.find(key))]
    listed = [
        each
        for name in event.categories
        for each in catalogue.in_category(name)
        if not _is_of_another(each, today)
    ]
    return list(dict.fromkeys([*counted, *named, *listed]))


def _counts_from(service: Service, fact: str, today: date) -> bool:
    rule = service.rule_on(today)
    return bool(fact) and rule is not None and fact in rule.anchors


def _is_of_another(service: Service, today: date) -> bool:
    """Whether it counts from a day this event does not give (moving out, when moving in)."""
    rule = service.rule_on(today)
    return rule is not None and bool(rule.anchors) and BIRTHDATE not in rule.anchors


def fact_of(event: LifeEvent, days: Sequence[date]) -> str | None:
    """What stands on the card when these events of the same fact are known: the latest day."""
    return max(days).isoformat() if event.fact and days else None

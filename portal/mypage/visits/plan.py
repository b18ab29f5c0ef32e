"""One plan for several counter procedures: things merged, desks in order, hours, who must come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.catalogue.model import Desk, Item, Kind, Service, Who
from portal.guide.hours import Hours, common_hours, hours_on, is_readable

# Of DS-491-1: what is done at a counter; the other types are taken elsewhere or only told.
AT_COUNTERS = frozenset({"届出", "手当・助成金", "相談"})
LOOK_AHEAD = 31
_PLACE = re.compile(r"^(?P<house>.*?)(?P<floor>\d+)階(?:\D*(?P<counter>\d+)番)?")


class Comes(StrEnum):
    """Who must come to a desk."""

    SELF = "self"
    HOUSEHOLD = "household"
    PARENT = "parent"
    THEM = "them"
    EXPECTING = "expecting"


@dataclass(frozen=True)
class Errand:
    """A procedure for somebody: what the sheet is made of. `name` is blank for the resident."""

    service: Service
    person: str
    occurrence: str
    name: str
    is_self: bool
    done: bool = False

    @property
    def comes(self) -> Comes:
        """Who must come for it."""
        who = self.service.who
        if who is Who.HOUSEHOLD:
            return Comes.HOUSEHOLD
        if who is Who.EXPECTING:
            return Comes.EXPECTING
        if self.is_self:
            return Comes.SELF
        return Comes.PARENT if who is Who.CHILD else Comes.THEM


@dataclass(frozen=True)
class Stop:
    """A desk with what is done there. hours: None when it is closed, or `ask` says nobody knows."""

    desk: Desk
    errands: tuple[Errand, ...]
    hours: Hours | None
    ask: bool


@dataclass(frozen=True)
class Thing:
    """Something to bring, once, and what for."""

    item: Item
    for_whom: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The whole visit."""

    day: date
    stops: tuple[Stop, ...]
    things: tuple[Thing, ...]
    common: Hours | None
    next_day: date | None

    @property
    def shut(self) -> list[Stop]:
        """Desks closed on the day."""
        return [stop for stop in self.stops if stop.hours is None and not stop.ask]


def is_counter(service: Service) -> bool:
    """Whether it is done at a counter of the city, and may stand on somebody's sheet."""
    asks = service.kind is Kind.TODO and service.service_type == "情報提供"  # おくやみの手続き
    return (asks or service.service_type in AT_COUNTERS) and not service.sensitive


def plan_of(errands: Sequence[Errand], desks: Mapping[str, Desk], day: date) -> Plan:
    """The plan for a day; `desks` in the catalogue's order, which decides between buildings."""
    order = walking_order(desks)
    by_desk: dict[str, list[Errand]] = {}
    for errand in errands:
        by_desk.setdefault(errand.service.desk.key, []).append(errand)
    keys = sorted(by_desk, key=lambda key: order.get(key, (len(order), 0, 0)))
    stops = tuple(_stop(desks[key], by_desk[key], day) for key in keys)
    wanted = [stop.desk for stop in stops if not stop.ask]
    return Plan(
        day=day,
        stops=stops,
        things=_things(errands),
        common=_together(wanted, day),
        next_day=next_day(wanted, day),
    )


def walking_order(desks: Mapping[str, Desk]) -> dict[str, tuple[int, int, int]]:
    """Building (as first named), floor from below, counter; places without a floor come last."""
    houses: dict[str, int] = {}
    found = {}
    for key, desk in desks.items():
        place = _PLACE.match(desk.place.ja)
        house = place["house"] if place else desk.place.ja
        rank = houses.setdefault(house, len(houses)) if place else len(desks)
        floor, counter = (int(place[part] or 0) if place else 0 for part in ("floor", "counter"))
        found[key] = (rank, floor, counter)
    return found


def next_day(desks: Sequence[Desk], day: date) -> date | None:
    """The first day from `day` on which all are open together; None when none is near."""
    days = (day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD))
    return next((each for each in days if _together(desks, each)), None)


def _together(desks: Iterable[Desk], day: date) -> Hours | None:
    spans = [hours_on(desk.hours.ja, day) for desk in desks]
    return common_hours(each for each in spans if each) if all(spans) else None


def _stop(desk: Desk, errands: list[Errand], day: date) -> Stop:
    words = desk.hours.ja
    return Stop(desk, tuple(errands), hours_on(words, day), not is_readable(words))


def _things(errands: Sequence[Errand]) -> tuple[Thing, ...]:
    """Equal keys merge; a thing of somebody's own (a card, a book) says whose it is."""
    found: dict[str, tuple[Item, list[str]]] = {}
    for errand in errands:
        for item in errand.service.bring:
            _, names = found.setdefault(item.key, (item, []))
            if errand.name not in names:
                names.append(errand.name)
    return tuple(Thing(item, tuple(names)) for item, names in found.values())

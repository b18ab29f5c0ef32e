"""What is due, open or coming soon for a family on a day, each with its reason, in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from portal.catalogue.index import DayIndex, Showing, showing
from portal.catalogue.model import Catalogue, Kind, Relation, Service, Shown
from portal.catalogue.rules import NO_FACTS, Facts, FactValue, Known, Phrase
from portal.catalogue.windows import State, Window, state_of

UNCONFIRMED = Phrase("unconfirmed")
EXPECTED_DATE = "expected_date"
# Facts about the whole city, set by staff; the index of a day is made with them.
CITY_FACTS = ("poll_date", "levy_date", "season")
# Persons kept per process and day: the families of 5,000 residents, which are 10 % of the IDs.
REMEMBERED = 16_384
STATE_ORDER = {State.OVERDUE: 0, State.DUE_SOON: 1, State.OPEN: 2, State.FUTURE: 3}
KIND_ORDER = {Kind.TODO: 0, Kind.RECOMMENDATION: 1, Kind.INFORMATION: 2}


@dataclass(frozen=True, slots=True)
class Person:
    """One person card as the rules see it.

    silenced: one switch that stops every card about the person (a death, a miscarriage)
    facts: dates the resident entered about the person (card_issued, licence_expiry …)
    """

    ref: str
    relation: Relation
    birthdate: date | None = None
    sex: str = ""
    district: str = ""
    interests: frozenset[str] = frozenset()
    expected_date: date | None = None
    facts: Facts = field(default_factory=lambda: NO_FACTS)
    silenced: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A service that is visible for a person today.

    window: None when the city has not confirmed the dates; show no date then
    for_women: the service is for women and the person's sex is not known
    """

    service: Service
    person_ref: str
    window: Window | None
    state: State
    reason: Phrase
    for_women: bool = False
    for_men: bool = False


def evaluate(
    catalogue: Catalogue, persons: Sequence[Person], facts: Facts, today: date
) -> list[Match]:
    """Visible services of a family: overdue, due soon, open, coming soon.

    `facts` are the city's and the household's (poll_date, moved_in, move_date, death_known …).
    """
    index = day_index(catalogue, today, facts)
    interests = frozenset().union(*(person.interests for person in persons))
    found = [
        match
        for person in persons
        if not person.silenced
        for match in _matches(index, person, facts, interests)
    ]
    found.sort(key=_order)
    return found


def day_index(catalogue: Catalogue, today: date, facts: Facts = NO_FACTS) -> DayIndex:
    """The index of a day, made once per process, day and city facts."""
    return _index(catalogue, today, tuple((n, facts[n]) for n in CITY_FACTS if n in facts))


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue, today: date, facts: tuple[tuple[str, FactValue], ...]) -> DayIndex:
    return DayIndex(catalogue, today, dict(facts))


def known_about(person: Person, facts: Facts) -> Known:
    """What the rules may look at: the person's own dates over the household's and the city's."""
    if not person.facts and person.expected_date is None:
        return Known(person.birthdate, facts)
    own: dict[str, FactValue] = {**facts, **person.facts}
    if person.expected_date is not None:
        own[EXPECTED_DATE] = person.expected_date
    return Known(person.birthdate, own)


def _matches(
    index: DayIndex, person: Person, facts: Facts, interests: frozenset[str]
) -> Iterable[Match]:
    for match in _of_person(index, person, facts):
        service = match.service
        if service.districts and person.district not in service.districts:
            continue
        if service.shown is Shown.INTEREST and interests.isdisjoint(service.topics):
            continue
        yield match if match.person_ref == person.ref else replace(match, person_ref=person.ref)


def _of_person(index: DayIndex, person: Person, facts: Facts) -> Sequence[Match]:
    """Visible services of one person; remembered for the day when only the birthdate decides."""
    if person.facts or person.expected_date or not index.facts.keys() >= facts.keys():
        return _evaluated(index, person, known_about(person, facts))
    key = person.birthdate, person.relation, person.sex
    remembered = index.remembered.get(key)
    if remembered is None:
        if len(index.remembered) >= REMEMBERED:
            index.remembered.clear()
        remembered = _evaluated(index, person, Known(person.birthdate, facts), plain=True)
        index.remembered[key] = remembered
    return remembered


def _evaluated(
    index: DayIndex, person: Person, known: Known, *, plain: bool = False
) -> tuple[Match, ...]:
    """Visible services of a person; `plain` when nothing but the city's facts is known."""
    names = () if plain else known.facts
    found = []
    for service in index.candidates(person.birthdate, person.relation, person.sex, names):
        shows = index.showing[service]
        window = shows.rule.window(known, index.today, shows.branches if plain else None)
        found.append(_match(service, shows, window, person, known, index.today))
    return tuple(match for match in found if match is not None)


def match_on(
    service: Service, person: Person, facts: Facts, today: date, *, even_hidden: bool = False
) -> Match | None:
    """One service for one person on a day, else None; for a service's own page.

    With `even_hidden` also windows too far away for My Page (the answer to "when?").
    """
    shows = showing(service, today)
    if shows is None or person.silenced:
        return None
    if even_hidden:
        shows = Showing(shows.rule, date.max, date.min, None)
    known = known_about(person, facts)
    return _match(service, shows, shows.rule.window(known, today), person, known, today)


def _match(
    service: Service,
    shows: Showing,
    window: Window | None,
    person: Person,
    known: Known,
    today: date,
) -> Match | None:
    if window is None or not shows.shows(window):
        return None
    state = _state(service, window, today)
    unasked = bool(service.sex) and not person.sex
    women, men = unasked and service.sex == "F", unasked and service.sex == "M"
    if service.confirmed:
        reason = shows.rule.reason(known, today)
        return Match(service, person.ref, window, state, reason, women, men)
    if state not in (State.OPEN, State.DUE_SOON):
        return None  # without a date the city stands behind, nothing is early or late
    return Match(service, person.ref, None, State.OPEN, UNCONFIRMED, women, men)


def _state(service: Service, window: Window, today: date) -> State:
    state = state_of(window, today, service.soon_days)
    # News that ends soon asks nothing of anybody.
    if service.kind is Kind.INFORMATION and state is State.DUE_SOON:
        return State.OPEN
    return state


def _order(match: Match) -> tuple[int, int, date, int, str, str]:
    window = match.window
    day = date.max
    if window is not None:
        day = window.first if match.state is State.FUTURE else window.last
    service = match.service
    kind = KIND_ORDER[service.kind]
    return STATE_ORDER[match.state], kind, day, -service.priority, service.key, match.person_ref

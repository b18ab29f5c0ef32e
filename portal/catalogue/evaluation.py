"""What is due, open or coming soon for a family on a day, each with its reason, in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from portal.catalogue.index import (
    DayIndex,
    earliest_closing,
    earliest_opening,
    latest_opening,
)
from portal.catalogue.model import Catalogue, Kind, Relation, Service, Shown
from portal.catalogue.rules import NO_FACTS, Facts, FactValue, Known, Phrase, Rule
from portal.catalogue.windows import State, Window, state_of

UNCONFIRMED = Phrase("unconfirmed")
EXPECTED_DATE = "expected_date"
# Facts about the whole city, set by staff; the index of a day is made with them.
CITY_FACTS = ("poll_date", "levy_date", "season")
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
    known = known_about(person, facts)
    candidates = index.candidates(person.birthdate, person.relation, person.sex, known.facts)
    for service in candidates:
        if service.districts and person.district not in service.districts:
            continue
        if service.shown is Shown.INTEREST and interests.isdisjoint(service.topics):
            continue
        match = match_on(service, person, known, index.today)
        if match is not None:
            yield match


def match_on(service: Service, person: Person, known: Known, today: date) -> Match | None:
    """The service for the person when it is visible today, else None."""
    rule = service.rule_on(today)
    window = rule.window(known, today) if rule is not None else None
    if rule is None or window is None or not _is_visible(service, rule, window, today):
        return None
    state = _state(service, window, today)
    unasked = bool(service.sex) and not person.sex
    women, men = unasked and service.sex == "F", unasked and service.sex == "M"
    if service.confirmed:
        return Match(service, person.ref, window, state, rule.reason(known, today), women, men)
    if state not in (State.OPEN, State.DUE_SOON):
        return None  # without a date the city stands behind, nothing is early or late
    return Match(service, person.ref, None, State.OPEN, UNCONFIRMED, women, men)


def _is_visible(service: Service, rule: Rule, window: Window, today: date) -> bool:
    opened = earliest_opening(service, today)
    return (
        window.first <= latest_opening(service, today)
        and window.last >= earliest_closing(service, rule, today)
        and (opened is None or window.first >= opened)
    )


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


def by_person(matches: Iterable[Match]) -> Mapping[str, list[Match]]:
    """Matches grouped by person, each group in the order given."""
    groups: dict[str, list[Match]] = {}
    for match in matches:
        groups.setdefault(match.person_ref, []).append(match)
    return groups

"""What a segment asks, as a small tree of plain tests; `holds` answers it for one resident.

Every condition becomes such a tree once. `segments.sql` says the same tree to PostgreSQL, so the
two answers can only differ where one of two interpreters is wrong, and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

Held = tuple[UUID, UUID]  # a resident and a card on their page
Act = tuple[str, str]  # a service and the occurrence of it that was marked as done


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What a segment may know of one person of a family, as this resident sees the card."""

    relation: str
    birthdate: date | None = None
    sex: str | None = None
    district: str | None = None
    interests: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()  # names of facts that are neither false nor empty
    done: frozenset[Act] = frozenset()
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class ResidentFacts:
    """What a segment may know of one resident; silenced persons are not among `people`."""

    language: str
    registered_on: date
    channels: frozenset[str]
    people: tuple[PersonFacts, ...]
    favourites: frozenset[str] = frozenset()  # "kind/key"
    tools: frozenset[str] = frozenset()  # client ids


@dataclass(frozen=True, slots=True)
class Among:
    """The field has one of these values; an unknown value is none of them."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """The field, a set, holds at least one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The field is a known day from `first` to `last`, both inclusive; None is unbounded."""

    field: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Marked:
    """Somebody marked the service as done for the person, at an occurrence from first to last.

    Occurrences are compared as text (a day, a fiscal year, or ""); None is unbounded.
    """

    service: str
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The card is one of these: people whose own dates were asked one by one."""

    cards: frozenset[Held]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds (none: always)."""

    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds (none: never)."""

    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, unknown values included."""

    part: Test


@dataclass(frozen=True, slots=True)
class HasPerson:
    """One and the same person of the family passes the whole test."""

    test: Test


Test = Among | Overlaps | Between | Marked | Listed | All | Any | Not | HasPerson


def holds(test: Test, who: ResidentFacts | PersonFacts) -> bool:
    """Whether the test is true of this resident (inside HasPerson: of this person)."""
    match test:
        case All(parts):
            return all(holds(part, who) for part in parts)
        case Any(parts):
            return any(holds(part, who) for part in parts)
        case Not(part):
            return not holds(part, who)
        case HasPerson(inner):
            assert isinstance(who, ResidentFacts)  # noqa: S101  (reading refuses it elsewhere)
            return any(holds(inner, person) for person in who.people)
        case _:
            return _leaf(test, who)


def _leaf(
    test: Among | Overlaps | Between | Marked | Listed, who: ResidentFacts | PersonFacts
) -> bool:
    match test:
        case Among(field, values):
            return getattr(who, field) in values
        case Overlaps(field, values):
            return not getattr(who, field).isdisjoint(values)
        case Between(field, first, last):
            day: date | None = getattr(who, field)
            return day is not None and (first or date.min) <= day <= (last or date.max)
    assert isinstance(who, PersonFacts)  # noqa: S101  (reading refuses it elsewhere)
    if isinstance(test, Listed):
        return who.held in test.cards
    return any(_is_marked(test, *act) for act in who.done)


def _is_marked(test: Marked, service: str, occurrence: str) -> bool:
    after = test.first is None or test.first <= occurrence
    return service == test.service and after and (test.last is None or occurrence <= test.last)

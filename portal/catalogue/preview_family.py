"""Reads a fictitious family as staff type it or a file holds it, naming the field that is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from portal.catalogue.evaluation import Person
from portal.catalogue.facts import read_facts
from portal.catalogue.model import Catalogue, Relation
from portal.catalogue.reading import Fields
from portal.catalogue.rules import Facts

SEXES = ("", "F", "M")
PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Member:
    """One card of the family: its name (`given`, or what it is), and what the rules know of it."""

    name: str
    given: bool
    person: Person


@dataclass(frozen=True, slots=True)
class Family:
    """People and what is known about their household and the city (poll_date, moved_in …)."""

    members: tuple[Member, ...]
    facts: Facts

    @property
    def household(self) -> Facts:
        """What My Page gives the rules: what stands on the resident's own card counts for all."""
        own = next((m.person for m in self.members if m.person.relation is Relation.SELF), None)
        return {**self.facts, **own.facts} if own else self.facts


def read_family(value: object, catalogue: Catalogue) -> Family:
    """A family from `{"persons": […], "facts": {…}}`; raises FaultyEntry naming the field."""
    fields = Fields(value, "family")
    parts = fields.parts("persons")
    if not 0 < len(parts) <= PEOPLE:
        raise fields.fault("persons", f"expected 1 to {PEOPLE} persons, got {len(parts)}")
    facts = read_facts(fields, "facts")
    fields.finish()
    counted: dict[str, int] = {}
    return Family(
        tuple(_member(part, n, counted, catalogue) for n, part in enumerate(parts)), facts
    )


def _member(part: Fields, number: int, counted: dict[str, int], catalogue: Catalogue) -> Member:
    relation = part.choice("relation", Relation)
    counted[relation] = counted.get(relation, 0) + 1
    nth = counted[relation]
    given = part.optional_text("name")
    name = given or (relation if nth == 1 else f"{relation} {nth}")
    person = Person(
        ref=str(number),
        relation=relation,
        birthdate=part.optional_day("birthdate"),
        sex=_sex(part),
        district=_district(part, catalogue),
        interests=frozenset(part.texts("interests")),
        expected_date=part.optional_day("expected_date"),
        facts=read_facts(part, "facts"),
        silenced=part.flag("silenced", False),
    )
    part.finish()
    if relation is Relation.EXPECTED and person.expected_date is None:
        raise part.fault("expected_date", "is missing: an expected child is known by this date")
    return Member(name, given is not None, person)


def _sex(part: Fields) -> str:
    sex = part.raw("sex") or ""
    if sex not in SEXES:
        raise part.fault("sex", f"expected F, M or nothing, got {sex!r}")
    return str(sex)


def _district(part: Fields, catalogue: Catalogue) -> str:
    key = part.raw("district") or ""
    if key and key not in catalogue.districts:
        raise part.fault("district", f"unknown {key!r}; known: {', '.join(catalogue.districts)}")
    return str(key)

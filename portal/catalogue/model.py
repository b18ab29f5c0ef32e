"""Values of the catalogue: services, desks, districts, and the texts they carry per language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from portal.catalogue.rules import Facts, Rule
from portal.core.languages import ENGLISH, JAPANESE, base_of
from portal.core.text_marks import fallen


class Relation(StrEnum):
    """Who a person card is to the resident."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"
    EXPECTED = "expected"


class Who(StrEnum):
    """Whose cards a service is for: a child's, anybody's, the resident's own, or a pregnancy's."""

    CHILD = "child"
    PERSON = "person"
    SELF = "self"
    HOUSEHOLD = "household"
    EXPECTING = "expecting"

    @property
    def relations(self) -> frozenset[Relation]:
        """Relations whose cards can hold the service."""
        return RELATIONS[self]


RELATIONS: Mapping[Who, frozenset[Relation]] = {
    # A resident may be a pupil, so their own card counts as a child's; birthdates decide.
    Who.CHILD: frozenset({Relation.CHILD, Relation.SELF, Relation.OTHER}),
    Who.PERSON: frozenset(set(Relation) - {Relation.EXPECTED}),
    Who.SELF: frozenset({Relation.SELF}),
    Who.HOUSEHOLD: frozenset({Relation.SELF}),
    Who.EXPECTING: frozenset({Relation.EXPECTED}),
}


class Kind(StrEnum):
    """What the resident is meant to do with it."""

    TODO = "todo"
    RECOMMENDATION = "recommendation"
    INFORMATION = "information"


class Shown(StrEnum):
    """Where a service appears by itself: on My Page, there for those interested, or by search."""

    YES = "yes"
    INTEREST = "interest"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Text:
    """One text: Japanese and English always, other languages as far as they are written."""

    ja: str
    en: str
    others: Mapping[str, str] = field(default_factory=dict, hash=False)

    def say(self, language: str) -> str:
        """The text in a language, else in the one its readers know better, marked as such."""
        if language == JAPANESE:
            return self.ja
        if language.startswith(ENGLISH):
            return self.en
        found = self.others.get(language)
        if found is None:
            base = base_of(language)
            return fallen(self.ja if base == JAPANESE else self.en, base)
        return found


@dataclass(frozen=True, slots=True)
class Desk:
    """A counter of the city hall."""

    key: str
    name: Text
    place: Text
    hours: Text
    phone: str


@dataclass(frozen=True, slots=True)
class District:
    """A district of the city, chosen by residents and used by segments."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to bring; equal keys merge on a visit sheet."""

    key: str
    name: Text


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A rule and the days on which this version of it is the law."""

    rule: Rule
    valid_from: date
    valid_to: date
    law: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A second date inside a service ("first dose by …") with its own rule."""

    key: str
    title: Text
    rule: Rule
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A test beside a rule: a birthdate and facts, and the window they must give.

    today: the day it is asked on; without it the day the window opens or closes
    opens, closes: None is unbounded; never: no window at all is expected
    milestone: key of the milestone whose rule is meant; "" for the service's own
    """

    birthdate: date | None
    today: date | None
    opens: date | None
    closes: date | None
    never: bool
    facts: Facts
    milestone: str


@dataclass(frozen=True, eq=False)
class Service:
    """One thing the city offers or asks. Texts are short and plain; dates come from the rule.

    confirmed: the city has confirmed rule and texts; otherwise no date is ever shown
    sensitive: about illness, disability or family matters; never recommended by itself
    lead_days, grace_days: how early before opening, how long after a missed deadline it is shown
    show_days: how long after opening a window without end stays on My Page (None: always)
    tests: examples kept beside the rules; examples.py runs them
    """

    key: str
    title: Text
    summary: Text
    category: str
    service_type: str
    beneficiaries: tuple[str, ...]
    who: Who
    sex: str
    kind: Kind
    shown: Shown
    priority: int
    versions: tuple[DatedRule, ...]
    milestones: tuple[Milestone, ...]
    bring: tuple[Item, ...]
    desk: Desk
    online: str | None
    cost: Text | None
    form: str | None
    note: Text | None
    keywords: tuple[str, ...]
    districts: frozenset[str]
    confirmed: bool
    sensitive: bool
    checks: tuple[str, ...]
    lead_days: int
    grace_days: int
    soon_days: int
    show_days: int | None
    tests: tuple[Example, ...] = ()

    def version_on(self, today: date) -> DatedRule | None:
        """The version of the rule that is the law on a day."""
        for version in self.versions:
            if version.valid_from <= today <= version.valid_to:
                return version
        return None

    def rule_on(self, today: date) -> Rule | None:
        """The rule that is the law on a day."""
        version = self.version_on(today)
        return version.rule if version else None

    @cached_property
    def topics(self) -> frozenset[str]:
        """Words an interest may name: key, category, beneficiaries, keywords."""
        return frozenset({self.key, self.category, *self.beneficiaries, *self.keywords})

    @property
    def law(self) -> str:
        """Legal basis of the newest version."""
        return self.versions[-1].law

    @property
    def recommendable(self) -> bool:
        """Whether My Page may show it without being asked."""
        return self.shown is not Shown.SEARCH and not self.sensitive


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything the city offers, as one value."""

    services: tuple[Service, ...]
    desks: Mapping[str, Desk]
    districts: Mapping[str, District]
    items: Mapping[str, Item]

    @cached_property
    def by_key(self) -> Mapping[str, Service]:
        """Services by key."""
        return {service.key: service for service in self.services}

    def service(self, key: str) -> Service:
        """A service by key; KeyError when there is none."""
        return self.by_key[key]

    def find(self, key: str) -> Service | None:
        """A service by key, or None (an old link, a withdrawn service)."""
        return self.by_key.get(key)

    def in_category(self, category: str) -> tuple[Service, ...]:
        """Services of one GIF category."""
        return tuple(each for each in self.services if each.category == category)

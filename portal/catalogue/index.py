"""For one day: which services can be visible for a birthdate, found by one bisection.

Each service's visible birthdates are spans (rules run backwards); their ends cut the line of
birthdates into segments, and every segment holds the few services visible in it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from portal.catalogue.model import RELATIONS, Catalogue, Relation, Service
from portal.catalogue.reverse import FIRST, Span, first_at_least, last_at_most, merge
from portal.catalogue.rules import BIRTHDATE, NO_FACTS, Facts, Rule
from portal.catalogue.rules.base import Branch
from portal.catalogue.windows import EVER, NEVER, Window

Remembered = tuple[date | None, Relation, str]
Table = list[tuple[Service, ...]]


class Showing(NamedTuple):
    """How a service shows on one day: its rule of that day and the windows that are visible.

    A window is visible when it opens by `opens_by`, closed no earlier than `closes_from`, and
    opened no earlier than `opens_from` (None: however long ago). `branches` are the rule's for the
    day and the city's facts alone.
    """

    rule: Rule
    opens_by: date
    closes_from: date
    opens_from: date | None
    branches: tuple[Branch, ...] | None = None

    def shows(self, window: Window) -> bool:
        """Whether a window is visible."""
        first, last = window.opens or EVER, window.closes or NEVER
        if first > self.opens_by or last < self.closes_from:
            return False
        return self.opens_from is None or first >= self.opens_from


def showing(service: Service, today: date, facts: Facts = NO_FACTS) -> Showing | None:
    """How a service shows on a day; None when none of its rules is the law that day."""
    rule = service.rule_on(today)
    if rule is None:
        return None
    shown = None if service.show_days is None else today - timedelta(days=service.show_days)
    grace = timedelta(days=service.grace_days if rule.late else 0)
    lead, branches = today + timedelta(days=service.lead_days), rule.limited(today, facts)
    return Showing(rule, lead, today - grace, shown, branches)


def visible_spans(shows: Showing) -> list[Span]:
    """Spans of birthdates (ordinals) for which a service can be visible on the day."""
    spans = []
    for branch in shows.branches or ():
        first = first_at_least(branch.closes, shows.closes_from)
        if shows.opens_from is not None:
            first = max(first, first_at_least(branch.opens, shows.opens_from))
        spans.append((first, last_at_most(branch.opens, shows.opens_by)))
    return merge(spans)


class DayIndex:
    """Services that can be visible on My Page on one day, by birthdate, relation and sex."""

    def __init__(self, catalogue: Catalogue, today: date, facts: Facts = NO_FACTS) -> None:
        self.today = today
        self.facts = facts
        # What evaluation found for a birthdate, relation and sex when nothing else decides.
        self.remembered: dict[Remembered, tuple[Any, ...]] = {}
        self.showing: dict[Service, Showing] = {}
        self._for_all: list[Service] = []
        self._by_fact: dict[str, list[Service]] = {}
        self._tables: dict[tuple[Relation, str], Table] = {}
        self._spans: list[tuple[Service, list[Span]]] = []
        for service in catalogue.services:
            shows = showing(service, today, facts)
            if shows is not None and service.recommendable:
                self._place(service, shows)
        ends = {end for _, spans in self._spans for a, z in spans for end in (a, z + 1)}
        self._cuts = sorted(ends | {FIRST})

    def _place(self, service: Service, shows: Showing) -> None:
        self.showing[service] = shows
        for anchor in shows.rule.anchors:
            if anchor != BIRTHDATE:
                self._by_fact.setdefault(anchor, []).append(service)
        if not shows.rule.anchors:
            self._for_all.append(service)
        if shows.rule.reversible:
            self._spans.append((service, visible_spans(shows)))

    def candidates(
        self,
        birthdate: date | None,
        relation: Relation,
        sex: str = "",
        known_facts: Collection[str] = (),
    ) -> tuple[Service, ...]:
        """Services worth evaluating for a person; `known_facts` are the dates they entered."""
        if birthdate is not None:
            found = self._by_birthdate(birthdate, relation, sex)
        else:
            found = tuple(each for each in self._for_all if fits(each, relation, sex))
        if not known_facts:
            return found
        return tuple(dict.fromkeys((*found, *self._anchored(relation, sex, known_facts))))

    def _by_birthdate(self, birthdate: date, relation: Relation, sex: str) -> tuple[Service, ...]:
        table = self._tables.get((relation, sex))
        if table is None:
            table = self._tables[relation, sex] = self._table(relation, sex)
        return table[bisect_right(self._cuts, birthdate.toordinal()) - 1]

    def _anchored(
        self, relation: Relation, sex: str, known_facts: Collection[str]
    ) -> Iterable[Service]:
        for name in known_facts:
            for service in self._by_fact.get(name, ()):
                if fits(service, relation, sex):
                    yield service

    def _table(self, relation: Relation, sex: str) -> Table:
        table: list[list[Service]] = [[] for _ in self._cuts]
        place = {cut: n for n, cut in enumerate(self._cuts)}
        for service, spans in self._spans:
            if fits(service, relation, sex):
                for first, last in spans:
                    for n in range(place[first], place[last + 1]):
                        table[n].append(service)
        return [tuple(services) for services in table]


def fits(service: Service, relation: Relation, sex: str) -> bool:
    """Whether a service is for cards of this relation and sex; a blank sex sees both."""
    return relation in RELATIONS[service.who] and (not sex or service.sex in ("", sex))

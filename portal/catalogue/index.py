"""For one day: which services can be visible for a birthdate, found by one bisection.

Each service's visible birthdates are spans (rules run backwards); their ends cut the line of
birthdates into segments, and every segment holds the few services visible in it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from portal.catalogue.model import RELATIONS, Catalogue, Relation, Service
from portal.catalogue.reverse import FIRST, Span, first_at_least, last_at_most, merge
from portal.catalogue.rules import BIRTHDATE, NO_FACTS, Facts, Rule

Table = list[tuple[Service, ...]]


def earliest_closing(service: Service, rule: Rule, today: date) -> date:
    """A window that closed before this day is no longer shown."""
    return today - timedelta(days=service.grace_days) if rule.late else today


def latest_opening(service: Service, today: date) -> date:
    """A window that opens after this day is not shown yet."""
    return today + timedelta(days=service.lead_days)


def earliest_opening(service: Service, today: date) -> date | None:
    """A window that opened before this day has been shown long enough."""
    return None if service.show_days is None else today - timedelta(days=service.show_days)


def visible_spans(service: Service, rule: Rule, today: date, facts: Facts) -> list[Span]:
    """Spans of birthdates (ordinals) for which the service can be visible on the day."""
    spans = []
    opened = earliest_opening(service, today)
    for branch in rule.limited(today, facts):
        first = first_at_least(branch.closes, earliest_closing(service, rule, today))
        if opened is not None:
            first = max(first, first_at_least(branch.opens, opened))
        spans.append((first, last_at_most(branch.opens, latest_opening(service, today))))
    return merge(spans)


class DayIndex:
    """Services that can be visible on My Page on one day, by birthdate, relation and sex."""

    def __init__(self, catalogue: Catalogue, today: date, facts: Facts = NO_FACTS) -> None:
        self.today = today
        self._by_fact: dict[str, list[Service]] = {}
        self._tables: dict[tuple[Relation, str], Table] = {}
        self._spans: list[tuple[Service, list[Span]]] = []
        for service in catalogue.services:
            rule = service.rule_on(today)
            if rule is not None and service.recommendable:
                self._place(service, rule, facts)
        ends = {
            end for _, spans in self._spans for first, last in spans for end in (first, last + 1)
        }
        self._cuts = sorted(ends | {FIRST})

    def _place(self, service: Service, rule: Rule, facts: Facts) -> None:
        for anchor in rule.anchors:
            if anchor != BIRTHDATE:
                self._by_fact.setdefault(anchor, []).append(service)
        if rule.reversible:
            self._spans.append((service, visible_spans(service, rule, self.today, facts)))

    def candidates(
        self,
        birthdate: date | None,
        relation: Relation,
        sex: str = "",
        known_facts: Collection[str] = (),
    ) -> tuple[Service, ...]:
        """Services worth evaluating for a person; `known_facts` are the dates they entered."""
        found = self._by_birthdate(birthdate, relation, sex) if birthdate else ()
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

"""Whom a service of the catalogue is open to on a day: its rule run backwards.

People who entered dates of their own (moved in, a child expected) are asked one by one, forwards,
and only where the rule counts from such a date; there are few of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, text

from notifications.segments.meaning import Opening, Range, SegmentFault, Span
from notifications.segments.tests import Held
from portal.catalogue import upcoming, upcoming_facts
from portal.catalogue.ages import fy
from portal.catalogue.evaluation import EXPECTED_DATE, Person, known_about
from portal.catalogue.model import Relation, Service
from portal.catalogue.reverse import FIRST, LAST, first_at_least, last_at_most
from portal.catalogue.rules import BIRTHDATE, NO_FACTS, Rule
from portal.catalogue.rules.base import Branch
from portal.catalogue.windows import EVER, Window
from portal.mypage.todos import comes_again

# People of whom one of these dates is known, as upcoming_facts.facts_of reads them. Few have any,
# and the first part finds them by an index.
DATED = """
WITH dated AS (
SELECT id, resident_id, relation FROM persons
 WHERE facts <> '{}' AND jsonb_exists_any(facts, :names)
 UNION
SELECT id, resident_id, relation FROM persons WHERE :expected AND relation = 'expected'
), homes AS (SELECT resident_id FROM dated WHERE relation = 'self')
SELECT p.resident_id, p.relation, p.birthdate, p.sex, p.district, p.expected_on,
       s.facts AS home, p.facts AS own, p.id
  FROM persons p
  LEFT JOIN persons s ON s.resident_id = p.resident_id AND s.relation = 'self'
 WHERE p.silenced_at IS NULL AND p.relation = ANY(:relations)
   AND p.id IN (SELECT id FROM dated
                 UNION SELECT o.id FROM persons o JOIN homes h ON h.resident_id = o.resident_id)
 UNION ALL
SELECT c.resident_id, CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END,
       p.birthdate, p.sex, s.district, p.expected_on, s.facts, '{}', p.id
  FROM card_shares c
  JOIN persons p ON p.id = c.person_id AND p.resident_id <> c.resident_id
   AND NOT (p.relation = 'expected' AND p.silenced_at IS NOT NULL)
  LEFT JOIN persons s ON s.resident_id = c.resident_id AND s.relation = 'self'
 WHERE c.silenced_at IS NULL
   AND CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END = ANY(:relations)
   AND (c.resident_id IN (SELECT resident_id FROM homes)
        OR (:expected AND p.relation = 'expected'))
"""


def open_on(
    service: Service, day: date, connection: Connection, *, closing: bool = False
) -> Opening:
    """Whom the service is open to on the day; with `closing` only in its last days."""
    rule = service.rule_on(day)
    relations = tuple(sorted(service.who.relations))
    if rule is None:
        return Opening((), relations)
    if closing and not service.confirmed:
        raise SegmentFault(f"{service.key!r} has no last day: the city has not confirmed its dates")
    end = day + timedelta(days=service.soon_days - 1) if closing else None
    dated = upcoming_facts.other_anchors(rule)
    return Opening(
        tuple(_spans(service, rule, day, end)) if rule.reversible else (),
        relations,
        service.sex or None,
        tuple(sorted(service.districts)),
        tuple(upcoming.excludes_of(rule)),
        dated,
        _listed(service, rule, day, end, connection) if dated else (),
    )


def _spans(service: Service, rule: Rule, day: date, end: date | None) -> Iterator[Span]:
    again = comes_again(service, day)
    for branch in rule.limited(day, NO_FACTS):
        first = first_at_least(branch.closes, day)
        last = last_at_most(branch.opens, day)
        if end is not None:
            last = min(last, last_at_most(branch.closes, end))
        if first > last:
            continue
        names = _names(service, branch, (first, last), day) if again else ("", "")
        yield Span(_range(first, last) if BIRTHDATE in rule.anchors else None, names)


def _names(service: Service, branch: Branch, span: tuple[int, int], day: date) -> tuple[str, str]:
    """Names of the to-do at both ends; edges never run backwards, so all others lie between."""
    first, last = (branch.opens(date.fromordinal(each)) for each in span)
    if not service.confirmed or first == EVER:
        return (str(fy(day)),) * 2
    return first.isoformat(), last.isoformat()


def _range(first: int, last: int) -> Range:
    return (
        None if first <= FIRST else date.fromordinal(first),
        None if last >= LAST else date.fromordinal(last),
    )


def _listed(
    service: Service, rule: Rule, day: date, end: date | None, connection: Connection
) -> tuple[tuple[str, frozenset[Held]], ...]:
    names = upcoming_facts.other_anchors(rule)
    wanted = {
        "names": list(names),
        "expected": EXPECTED_DATE in names,
        "relations": sorted(service.who.relations),
    }
    found: dict[str, set[Held]] = defaultdict(set)
    for row in connection.execute(text(DATED), wanted):
        window = _window(rule, row, day, names)
        if window and window.first <= day <= window.last <= (end or window.last):
            found[_name(service, window, day)].add((row.resident_id, row.id))
    return tuple((name, frozenset(cards)) for name, cards in sorted(found.items()))


def _window(rule: Rule, row: Any, day: date, names: tuple[str, ...]) -> Window | None:
    facts = upcoming_facts.facts_of(row)
    if not any(facts.get(name) for name in names):
        return None
    person = Person("", Relation(row.relation), row.birthdate, facts=facts)
    return rule.window(known_about(person, NO_FACTS), day)


def _name(service: Service, window: Window, day: date) -> str:
    if not comes_again(service, day):
        return ""
    if not service.confirmed or window.opens is None:
        return str(fy(day))
    return window.opens.isoformat()

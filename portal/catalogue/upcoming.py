"""What starts, ends or changes in a month, and for how many people: rules run backwards in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, text

from portal.catalogue import upcoming_facts
from portal.catalogue.ages import end_of_month, first_of_month
from portal.catalogue.model import RELATIONS, Catalogue, DatedRule, Service
from portal.catalogue.reverse import (
    BirthdateRange,
    birthdates_closing_between,
    birthdates_open_on,
    birthdates_opening_between,
)
from portal.catalogue.rules import BIRTHDATE, Rule
from portal.catalogue.rules.calendar import Joined


class What(StrEnum):
    """What happens."""

    OPENS = "opens"
    CLOSES = "closes"
    RULE_BEGINS = "rule_begins"
    RULE_ENDS = "rule_ends"
    REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Coming:
    """One line: from `first` to `last` something happens to people born in the ranges."""

    what: What
    service: Service
    rule: Rule
    first: date
    last: date
    ranges: tuple[BirthdateRange, ...]
    persons: int = 0
    residents: int = 0


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the day's month."""
    return first_of_month(day), end_of_month(day)


def coming(
    catalogue: Catalogue, first: date, last: date, going_live: Iterable[tuple[Service, date]] = ()
) -> list[Coming]:
    """Everything from `first` to `last`, not yet counted. `going_live`: approved revisions."""
    found = [
        line
        for service in catalogue.services
        if service.recommendable
        for version in service.versions
        for line in _of_version(service, version, first, last)
    ]
    found += [
        Coming(What.REVISION, service, rule, day, day, _open_on(rule, day))
        for service, day in going_live
        if first <= day <= last and (rule := service.rule_on(day))
    ]
    return found


def _of_version(service: Service, version: DatedRule, first: date, last: date) -> Iterator[Coming]:
    start, end, rule = max(first, version.valid_from), min(last, version.valid_to), version.rule
    if start > end:
        return
    if version.valid_from == start and start > date.min:
        yield Coming(What.RULE_BEGINS, service, rule, start, start, _open_on(rule, start))
    if version.valid_to == end and end < date.max:
        yield Coming(What.RULE_ENDS, service, rule, end, end, _open_on(rule, end))
    for what, backwards in (
        (What.OPENS, birthdates_opening_between),
        (What.CLOSES, birthdates_closing_between),
    ):
        ranges = backwards(rule, start, end) if rule.reversible else ()
        if ranges or upcoming_facts.other_anchors(rule):
            yield Coming(what, service, rule, start, end, ranges)


def _open_on(rule: Rule, day: date) -> tuple[BirthdateRange, ...]:
    return birthdates_open_on(rule, day) if rule.reversible else ()


# A shared child is one person on the pages of several accounts; what stands on the card about the
# owner's home (district, dates) is not the other parent's (residents.rights).
HELD = """
SELECT id, resident_id, relation, sex, birthdate, district
  FROM persons WHERE silenced_at IS NULL
 UNION ALL
SELECT p.id, s.resident_id, CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END,
       p.sex, p.birthdate, me.district
  FROM card_shares s
  JOIN persons p ON p.id = s.person_id AND p.resident_id <> s.resident_id
   AND NOT (p.relation = 'expected' AND p.silenced_at IS NOT NULL)
  LEFT JOIN persons me ON me.resident_id = s.resident_id AND me.relation = 'self'
 WHERE s.silenced_at IS NULL
"""
COUNT = f"""
SELECT w.n, count(DISTINCT p.id), count(DISTINCT p.resident_id)
  FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS w(
       n int, first date, last date, anyone bool, relations jsonb, sex text, districts jsonb,
       without jsonb)
  JOIN ({HELD}) p ON (w.anyone OR p.birthdate BETWEEN w.first AND w.last)
   AND jsonb_exists(w.relations, p.relation)
   AND (w.sex = '' OR p.sex IS NULL OR p.sex = w.sex)
   AND (w.districts = '[]' OR jsonb_exists(w.districts, p.district))
  JOIN residents r ON r.id = p.resident_id
 WHERE r.left_at IS NULL
   AND NOT EXISTS (
       SELECT 1 FROM persons s, jsonb_array_elements_text(w.without) AS e(name)
        WHERE s.resident_id = p.resident_id AND (s.id = p.id OR s.relation = 'self')
          AND coalesce(s.facts -> e.name, 'false') NOT IN ('false', 'null'))
 GROUP BY w.n
"""  # noqa: S608  (constants only)


def counted(lines: list[Coming], connection: Connection) -> list[Coming]:
    """The lines with the numbers of people and residents, in two queries; empty ones left out."""
    wanted = [row for n, line in enumerate(lines) for row in _wanted(n, line)]
    rows = connection.execute(text(COUNT), {"wanted": json.dumps(wanted)})
    counts: dict[int, tuple[int, int]] = {n: (persons, who) for n, persons, who in rows}
    added = upcoming_facts.count(lines, connection)
    found = []
    for n, line in enumerate(lines):
        persons, residents = counts.get(n, (0, 0))
        more, others = added.get(n, (0, 0))
        found.append(replace(line, persons=persons + more, residents=residents + others))
    return [line for line in found if line.persons or line.what not in (What.OPENS, What.CLOSES)]


def _wanted(n: int, line: Coming) -> Iterator[dict[str, Any]]:
    anyone = BIRTHDATE not in line.rule.anchors and bool(line.ranges)
    for each in line.ranges[:1] if anyone else line.ranges:
        yield {
            "n": n,
            "first": (each.first or date(1800, 1, 1)).isoformat(),
            "last": (each.last or date(2300, 1, 1)).isoformat(),
            "anyone": anyone,
            "relations": sorted(RELATIONS[line.service.who]),
            "sex": line.service.sex,
            "districts": sorted(line.service.districts),
            # People who entered such a date are counted one by one: the latest date counts.
            "without": [*excludes_of(line.rule), *upcoming_facts.other_anchors(line.rule)],
        }


def excludes_of(rule: Rule) -> list[str]:
    """Facts that take a person out of the rule or of one of its parts."""
    parts = rule.parts if isinstance(rule, Joined) and rule.together else ()
    return [*rule.excludes, *(name for part in parts for name in excludes_of(part))]

"""Counts people whose rule runs from a date they entered: no birthdate can be asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from portal.catalogue.model import RELATIONS, Relation
from portal.catalogue.rules import BIRTHDATE, Facts, FactValue, Known, Rule
from portal.catalogue.windows import Window

if TYPE_CHECKING:
    from portal.catalogue.upcoming import Coming

PEOPLE = """
SELECT p.resident_id, p.relation, p.birthdate, p.sex, p.district, p.expected_on,
       s.facts, p.facts, p.id
  FROM persons p
  JOIN residents r ON r.id = p.resident_id AND r.left_at IS NULL
  LEFT JOIN persons s ON s.resident_id = p.resident_id AND s.relation = 'self'
 WHERE p.silenced_at IS NULL
   AND (p.expected_on IS NOT NULL OR p.facts <> '{}' OR s.facts <> '{}')
 UNION ALL
SELECT c.resident_id, CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END,
       p.birthdate, p.sex, s.district, p.expected_on, s.facts, '{}', p.id
  FROM card_shares c
  JOIN persons p ON p.id = c.person_id AND p.resident_id <> c.resident_id
   AND NOT (p.relation = 'expected' AND p.silenced_at IS NOT NULL)
  JOIN residents r ON r.id = c.resident_id AND r.left_at IS NULL
  LEFT JOIN persons s ON s.resident_id = c.resident_id AND s.relation = 'self'
 WHERE c.silenced_at IS NULL AND (p.expected_on IS NOT NULL OR s.facts <> '{}')
"""


def other_anchors(rule: Rule) -> tuple[str, ...]:
    """The dates a rule counts from besides the birthdate."""
    return tuple(name for name in rule.anchors if name != BIRTHDATE)


def count(lines: Sequence[Coming], connection: Connection) -> dict[int, tuple[int, int]]:
    """By number of the line: people and residents whom it concerns by a date they entered."""
    asked = {n: line for n, line in enumerate(lines) if other_anchors(line.rule)}
    if not asked:
        return {}
    people = list(connection.execute(text(PEOPLE)))
    found = {}
    for n, line in asked.items():
        who = [row for row in people if _concerned(line, row)]
        found[n] = (len({row.id for row in who}), len({row.resident_id for row in who}))
    return found


def _concerned(line: Coming, row: Any) -> bool:
    service = line.service
    if Relation(row.relation) not in RELATIONS[service.who]:
        return False
    if (service.sex and row.sex and row.sex != service.sex) or (
        service.districts and row.district not in service.districts
    ):
        return False
    facts = facts_of(row)
    if not any(name in facts for name in other_anchors(line.rule)):
        return False
    return _happens(line, line.rule.window(Known(row.birthdate, facts), line.first))


def _happens(line: Coming, window: Window | None) -> bool:
    if window is None:
        return False
    day = {"opens": window.opens, "closes": window.closes}.get(line.what)
    if line.what in ("opens", "closes"):
        return day is not None and line.first <= day <= line.last
    return window.first <= line.first <= window.last


def facts_of(row: Any) -> Facts:
    """The household's under the person's own, texts of days as days."""
    found: dict[str, FactValue] = {}
    for name, value in {**(row[6] or {}), **(row[7] or {})}.items():
        found[name] = _day(value) if isinstance(value, str) else value
    if row.expected_on:
        found["expected_date"] = row.expected_on
    return found


def _day(value: str) -> FactValue:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value

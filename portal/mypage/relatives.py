"""A family and what it did about its to-dos, in one lean query whatever its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from portal.catalogue import evaluation
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Relation
from portal.catalogue.rules import NO_FACTS, Facts, FactValue
from portal.core.clock import now
from portal.core.crypto import key_ring
from portal.core.db import rows
from portal.core.i18n import speaks_japanese
from portal.mypage.whose import tells_of_home
from portal.residents.reading import kind_of, name_of
from portal.residents.rights import Act, Role, may

NEWS_FOR = timedelta(days=7)
# Own cards, then shared ones: of those nothing of the owner's home is read (residents.rights).
FAMILY = """
SELECT p.id, p.relation, p.nickname, p.birthdate, p.sex, p.district, p.interests,
       p.expected_on, p.facts, p.silenced_at IS NOT NULL, 'owner', p.position, p.created_at,
       (SELECT json_agg(json_build_array(a.service, a.occurrence, a.kind, a.until,
                                         a.by = %(resident)s, a.at > %(lately)s))
          FROM todo_acts a WHERE a.person_id = p.id AND a.undone_at IS NULL
                             AND (a.by = %(resident)s OR a.kind = 'done')),
       CASE p.relation WHEN 'self' THEN json_build_array(
         (SELECT json_agg(json_build_array(t.id, t.person_id, encode(t.title, 'hex'),
                                           encode(t.note, 'hex'), t.due_on)
                          ORDER BY t.due_on, t.created_at)
            FROM own_todos t
           WHERE t.resident_id = %(resident)s AND t.done_at IS NULL AND t.removed_at IS NULL),
         (SELECT json_agg(json_build_array(n.person_id, n.service, n.occurrence,
                                           encode(n.note, 'hex')))
            FROM todo_notes n WHERE n.resident_id = %(resident)s AND n.note IS NOT NULL)) END
  FROM persons p
 WHERE p.resident_id = %(resident)s
 UNION ALL
SELECT p.id, CASE p.relation WHEN 'expected' THEN 'expected' ELSE 'child' END,
       p.nickname, p.birthdate, p.sex,
       (SELECT me.district FROM persons me
         WHERE me.resident_id = %(resident)s AND me.relation = 'self'),
       NULL, p.expected_on, NULL,
       s.silenced_at IS NOT NULL OR (p.relation = 'expected' AND p.silenced_at IS NOT NULL),
       s.role, 1000, s.at,
       (SELECT json_agg(json_build_array(a.service, a.occurrence, a.kind, a.until,
                                         a.by = %(resident)s, a.at > %(lately)s))
          FROM todo_acts a WHERE a.person_id = p.id AND a.undone_at IS NULL
                             AND (a.by = %(resident)s OR a.kind = 'done')),
       NULL
  FROM card_shares s JOIN persons p ON p.id = s.person_id
 WHERE s.resident_id = %(resident)s AND p.resident_id <> %(resident)s
"""
IN_ORDER = " ORDER BY 12, 13"
# A last row for what other packages say on My Page, so that a page asks once.
PARTS = """
 UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2000, NULL,
       json_build_array({}), NULL
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """The act that stands about one occurrence."""

    kind: str
    until: date | None

    def hides(self, today: date) -> bool:
        """Whether the to-do is out of sight today."""
        return self.until is None or today < self.until


@dataclass(frozen=True, slots=True)
class Relative:
    """A person as My Page needs them: name and sign for the page, facts for the rules, acts."""

    id: UUID
    ref: str
    name: str
    called: str
    kind: str
    person: evaluation.Person
    role: Role
    may_check: bool
    acts: Mapping[tuple[str, str], Standing]
    news: tuple[str, ...] = ()  # services another parent has checked off in the last days
    written: Any = None  # on the own card: own to-dos and notes, sealed (portal.mypage.written)

    @property
    def has_date(self) -> bool:
        """Whether anything can be worked out for this person."""
        return bool(self.person.birthdate or self.person.expected_date)


def relatives_of(resident_id: UUID, today: date) -> list[Relative]:
    """The family, the resident first; every nickname is unsealed once."""
    asked = {"resident": resident_id, "lately": today - NEWS_FOR}
    return [_relative(row, today) for row in rows(FAMILY + IN_ORDER, asked)]


def relatives_and_parts(
    resident_id: UUID, today: date, parts: tuple[str, ...]
) -> tuple[list[Relative], list[Any]]:
    """The family, and the value of each of `parts` (`registries.Section.sql`), in one query."""
    asked = {"resident": resident_id, "lately": today - NEWS_FOR, "now": now()}
    *family, said = rows(_with_parts(parts), asked)
    return [_relative(row, today) for row in family], said[13]


@lru_cache(maxsize=8)
def _with_parts(parts: tuple[str, ...]) -> str:
    return FAMILY + PARTS.format(", ".join(parts)) + IN_ORDER


def _relative(row: Any, today: date) -> Relative:
    id_, relation, sealed, birthdate, sex, district, interests, expected, facts, *rest = row
    silenced, role, _, _, acts, written = rest
    nickname = None
    if sealed is not None:
        nickname = key_ring().decrypt(bytes(sealed), "persons.nickname").decode()
    person = evaluation.Person(
        ref=str(id_),
        relation=Relation(relation),
        birthdate=birthdate,
        sex=sex or "",
        district=district or "",
        interests=frozenset(interests or ()),
        expected_date=expected,
        facts=facts_of(facts),
        silenced=silenced,
    )
    return Relative(
        id=id_,
        ref=person.ref,
        name=name_of(relation, nickname),
        called=called(relation, nickname),
        kind=kind_of(relation, birthdate, today),
        person=person,
        role=Role(role),
        may_check=may(Role(role), Act.CHECK_OFF),
        acts=_acts(acts) if acts else {},
        news=_news(acts) if acts else (),
        written=written,
    )


def _acts(rows: list[list[Any]]) -> dict[tuple[str, str], Standing]:
    """What stands about each to-do: one's own act before what another parent has done."""
    found = {}
    for service, occurrence, kind, until, mine, _ in sorted(rows, key=_MINE_LAST):
        if mine or _is_everybodys(service):
            day = date.fromisoformat(until) if until else None
            found[service, occurrence] = Standing(kind, day)
    return found


def _news(rows: list[list[Any]]) -> tuple[str, ...]:
    """What another parent has done lately, as services."""
    return tuple(row[0] for row in rows if not row[4] and row[5] and _is_everybodys(row[0]))


_MINE_LAST = itemgetter(4)


def _is_everybodys(key: str) -> bool:
    service = load_catalogue().find(key)
    return service is not None and not tells_of_home(service)


def called(relation: str, nickname: str | None) -> str:
    """How sentences call the person: あなた, さくらさん; you, Sakura."""
    if relation == Relation.SELF:
        return "あなた" if speaks_japanese() else "you"
    if not nickname:
        return name_of(relation, None)
    return f"{nickname}さん" if speaks_japanese() else nickname


def facts_of(stored: Mapping[str, Any] | None) -> Facts:
    """Facts as the rules want them: ISO texts become dates."""
    if not stored:
        return NO_FACTS
    return {name: _fact(value) for name, value in stored.items()}


def _fact(value: Any) -> FactValue:
    if not isinstance(value, str):
        return value if isinstance(value, bool | int) else tuple(value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def household_facts(relatives: list[Relative]) -> Facts:
    """What the resident said about the household stands on their own card."""
    return next((r.person.facts for r in relatives if r.person.relation is Relation.SELF), NO_FACTS)
